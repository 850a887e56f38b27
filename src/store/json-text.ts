// JSON bodies, serialized once, so that exactly what the application gave is signed and sent. Values that
// JSON.stringify would silently drop or change are rejected.

import { InvalidTaskError } from '../domain/errors.ts';
import { MAX_JSON_DEPTH } from '../domain/limits.ts';
import { kindOf } from '../domain/text.ts';

/**
 * Converts a value to JSON text.
 *
 * @throws TypeError for a cycle, and for a BigInt, function, symbol, Date, Map, Set, NaN or infinity anywhere in the
 *   value, and for undefined as the whole value; InvalidTaskError if it nests deeper than 100 levels
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

// `this` has the value as it was before its toJSON.
function refuseLosses(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Record<string, unknown>)[key];
  const where = key === '' ? 'json' : `json at ${JSON.stringify(key.slice(0, 120))}`;
  if (typeof original === 'function' || typeof original === 'symbol' || typeof original === 'bigint') {
    throw new TypeError(`${where} must be a JSON value, got a ${typeof original}`);
  }
  if (original instanceof Date || original instanceof Map || original instanceof Set) {
    throw new TypeError(`${where} must be a string, object or array, got a ${kindOf(original)}: convert it first`);
  }
  if (typeof original === 'number' && !Number.isFinite(original))
    throw new TypeError(`${where} must be a JSON number, got ${original}`);
  return value;
}

/** Counts the levels of objects and arrays. Text within strings does not count. */
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
  return new InvalidTaskError(`json must nest at most ${MAX_JSON_DEPTH} levels deep`, {
    hint: 'Send text or bytes instead.',
  });
}
