// JSON bodies: stringified once, here, so that what is signed and sent is what the application gave. What JSON.stringify would drop or bend
// without a word is refused instead.

import { InvalidTaskError } from '../domain/errors.ts';
import { MAX_JSON_DEPTH } from '../domain/limits.ts';
import { kindOf } from '../domain/text.ts';

/**
 * A value as JSON text.
 *
 * @throws TypeError for a cycle, a BigInt, a function, a symbol, a Date, a Map or Set, NaN or an infinity, wherever it stands, and for undefined
 *   in place of the whole; InvalidTaskError when it nests deeper than 100
 */
export function jsonText(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, refuseLosses);
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep();
    throw error;
  }
  if (text === undefined) throw new TypeError(`json must be a JSON value, got ${kindOf(value)}`);
  if (depthOf(text) > MAX_JSON_DEPTH) throw tooDeep();
  return text;
}

// `this` holds the value as it was before its toJSON.
function refuseLosses(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  const where = key === '' ? 'json' : `json, at ${JSON.stringify(key.slice(0, 120))},`;
  if (typeof original === 'function' || typeof original === 'symbol' || typeof original === 'bigint') {
    throw new TypeError(`${where} holds a ${typeof original}, which JSON has no word for`);
  }
  if (original instanceof Date || original instanceof Map || original instanceof Set) {
    throw new TypeError(`${where} holds a ${kindOf(original)}: give the text, object or array that it is to be`);
  }
  if (typeof original === 'number' && !Number.isFinite(original))
    throw new TypeError(`${where} holds ${original}, which is no JSON number`);
  return value;
}

/** Levels of objects and arrays. Text within strings does not count. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === '{' || char === '[') deepest = Math.max(deepest, ++depth);
    else if (char === '}' || char === ']') depth--;
  }
  return deepest;
}

function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function tooDeep(): InvalidTaskError {
  return new InvalidTaskError(`json nests deeper than ${MAX_JSON_DEPTH} levels`, {
    hint: 'Send text or bytes instead.',
  });
}
