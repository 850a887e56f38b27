// Logs of services. Messages are fixed text; variable data goes into the fields.

export type LogFields = Record<string, unknown>;

/** Receives log entries. The console and winston's loggers are such loggers, and pino's are accepted too. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogLevel = keyof Logger;

/** A logger whose entries also have these fields. */
export function withFields(logger: Logger, fields: LogFields): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, more: LogFields = {}) =>
      logger[level](message, { ...fields, ...more });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** Discards everything. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
