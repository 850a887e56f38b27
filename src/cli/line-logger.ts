// What services say, as lines for a person who is looking on.

import type { LogFields, Logger } from '../runtime/logger.ts';
import { printable } from './display/text.ts';
import type { Output } from './output.ts';

/** A logger that prints sentences on stderr: what goes wrong, down to the single attempt, and not what goes as it should. */
export function lineLogger(output: Output): Logger {
  const line = (message: string, fields: LogFields = {}) => output.warn(printable(`${message}${inWords(fields)}`));
  return { debug: line, info() {}, warn: line, error: line };
}

function inWords(fields: LogFields): string {
  const words = Object.entries(fields).map(
    ([name, value]) => `${name} ${value instanceof Error ? value.message : value}`,
  );
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
