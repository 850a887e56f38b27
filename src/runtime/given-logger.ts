// The logger that an application gives, whichever library it is from.

import { kindOf } from '../domain/text.ts';
import { createLogger } from './create-logger.ts';
import type { LogFields, Logger, LogLevel } from './logger.ts';

/** pino, bunyan: fields come before the message. */
type FieldsFirst = Record<LogLevel, (fields: object, message: string) => void>;

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Every pino logger, and each of its children, has this property. */
const OF_PINO = Symbol.for('pino.serializers');

/**
 * The application's logger as ours; without one, entries from `level` on go to standard error.
 *
 * @throws TypeError for anything that is no logger
 */
export function givenLogger(given: Logger | undefined, level: LogLevel = 'warn'): Logger {
  if (given === undefined) return createLogger({ level });
  if (!LEVELS.every((one) => typeof given?.[one] === 'function'))
    throw new TypeError(
      `logger must be the console or a logger of winston or pino, with ${LEVELS.join(', ')}, got ${kindOf(given)}`,
    );
  return OF_PINO in given ? fieldsFirst(given as unknown as FieldsFirst) : given;
}

function fieldsFirst(pino: FieldsFirst): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, { error, ...fields }: LogFields = {}) =>
      pino[level](error === undefined ? fields : { ...fields, err: error }, message); // pino's name, with its serializer
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
