// Values as messages show them, on one line.

import { inspect } from 'node:util';

const MOST_CHARACTERS = 300;

export function shown(value: unknown): string {
  const text = inspect(value, { breakLength: Infinity, depth: 6, compact: 100 });
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}
