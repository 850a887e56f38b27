// The logger that an application gives, whichever library it is from.

import { createLogger } from './create-logger.ts';
import type { LogFields, Logger, LogLevel } from './logger.ts';

/** pino, bunyan: fields come before the message. */
type FieldsFirst = Record<LogLevel, (fields: object, message: string) => void>;

/** Every pino logger, and each of its children, has this property. */
const OF_PINO = Symbol.for('pino.serializers');

/** The application's logger as ours; without one, entries from `level` on go to standard error. */
export function givenLogger(given: Logger | undefined, level: LogLevel = 'warn'): Logger {
  if (given === undefined) return createLogger({ level });
  return OF_PINO in given ? fieldsFirst(given as unknown as FieldsFirst) : given;
}

function fieldsFirst(pino: FieldsFirst): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, { error, ...fields }: LogFields = {}) =>
      pino[level](error === undefined ? fields : { ...fields, err: error }, message); // pino's name, with its serializer
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
