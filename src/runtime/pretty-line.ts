// A log entry as a line for people at a terminal.

import type { LogFields, LogLevel } from './logger.ts';

const MARKS: Record<LogLevel, { word: string; colour: number }> = {
  debug: { word: 'debug', colour: 2 },
  info: { word: 'info ', colour: 36 },
  warn: { word: 'WARN ', colour: 33 },
  error: { word: 'ERROR', colour: 31 },
};

// Nothing that a task carries may control the terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/g;

/** @example prettyLine('warn', 'an attempt failed', { queue: 'mail', status: 500 }) // 12:03:04 WARN  an attempt … */
export function prettyLine(level: LogLevel, message: string, fields: LogFields, at: Date, colours: boolean): string {
  const paint = (colour: number, text: string) => (colours ? `\u001b[${colour}m${text}\u001b[0m` : text);
  const { word, colour } = MARKS[level];
  const shown = Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => `${paint(2, `${name}=`)}${readable(value)}`);
  const time = at.toTimeString().slice(0, 8);
  return `${[paint(2, time), paint(colour, word), printed(message), ...shown].join(' ')}\n`;
}

function readable(value: unknown): string {
  const text = value instanceof Error ? value.message || value.name : typeof value === 'string' ? value : inJson(value);
  return /[\s"]/.test(text) ? JSON.stringify(printed(text)) : printed(text);
}

function inJson(value: unknown): string {
  return typeof value === 'bigint' ? value.toString() : (JSON.stringify(value) ?? String(value));
}

function printed(text: string): string {
  return text.replace(CONTROLS, ' ').trim();
}
