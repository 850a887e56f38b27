// The loggers that pgtaskqueue brings along: lines on standard error, for programs or for people.

import type { LogFields, Logger, LogLevel } from './logger.ts';
import { prettyLine } from './pretty-line.ts';

/** The lowest level that is written, or `silent`. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
/** json: one JSON object per line; pretty: lines for people. */
export const LOG_FORMATS = ['json', 'pretty'] as const;

export interface LoggerOptions {
  /** Default: info. */
  level?: (typeof LOG_LEVELS)[number] | undefined;
  /** Default: pretty if standard error is a terminal, json otherwise. */
  format?: (typeof LOG_FORMATS)[number] | undefined;
  /** Whether pretty lines are coloured; default: if the terminal shows colours. */
  colours?: boolean | undefined;
  /** Receives one line with its newline; default: standard error, so that a command's output stays clean. */
  write?: ((line: string) => void) | undefined;
}

/**
 * The logger that pgtaskqueue uses unless it is given another: lines on standard error.
 *
 * @throws RangeError for an unknown level or format
 * @example new Dispatcher({ database, targets, logger: createLogger({ level: 'info', format: 'json' }) })
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info', write = (line) => process.stderr.write(line) } = options;
  const { format = process.stderr.isTTY ? 'pretty' : 'json' } = options;
  requireOneOf('level', level, LOG_LEVELS);
  requireOneOf('format', format, LOG_FORMATS);
  const { colours = process.stderr.isTTY ? process.stderr.hasColors() : false } = options;
  const line = format === 'json' ? jsonLine : prettyLine;
  const at = (own: LogLevel) => {
    if (LOG_LEVELS.indexOf(own) < LOG_LEVELS.indexOf(level)) return () => {};
    return (message: string, fields: LogFields = {}) => write(line(own, message, fields, new Date(), colours));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/**
 * Writes one JSON object per line: time, level, message, then the fields.
 *
 * @param write receives one line with its newline; default: standard error
 * @param level the lowest level that is written
 */
export function jsonLogger(write?: (line: string) => void, level: LogLevel = 'info'): Logger {
  return createLogger({ format: 'json', level, write });
}

function jsonLine(level: LogLevel, message: string, fields: LogFields, at: Date): string {
  return `${JSON.stringify({ time: at.toISOString(), level, message, ...plain(fields) })}\n`;
}

/** JSON would write an error as {} and throw on a bigint. */
function plain(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  const { code } = value as { code?: unknown };
  return { name: value.name, message: value.message, ...(code === undefined ? {} : { code }) };
}

function requireOneOf(name: string, given: string, all: readonly string[]): void {
  if (!all.includes(given)) throw new RangeError(`${name} must be ${all.join(', ')}, got ${given}`);
}
