// What services say, as lines for a person who is looking on.

import type { LogFields, Logger } from '../runtime/logger.ts';
import type { Output } from './output.ts';
import { printable } from './text.ts';

/** A logger that prints sentences on stderr and leaves the small talk out. */
export function lineLogger(output: Output): Logger {
  const line = (message: string, fields: LogFields = {}) => output.warn(printable(`${message}${inWords(fields)}`));
  return { debug() {}, info() {}, warn: line, error: line };
}

function inWords(fields: LogFields): string {
  const words = Object.entries(fields).map(
    ([name, value]) => `${name} ${value instanceof Error ? value.message : value}`,
  );
  return words.length > 0 ? ` (${words.join(', ')})` : '';
}
