// Log messages of services as lines for people.

import type { LogFields, Logger } from '../runtime/logger.ts';
import { printable } from './display/text.ts';
import type { Output } from './output.ts';

/** A logger that prints on stderr what goes wrong, down to single attempts, and nothing else. */
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
