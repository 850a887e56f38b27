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

/** Discards everything. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };
