// Converts params and headers from their JavaScript forms to JSON objects. All objects have no prototype, so
// `__proto__` is a key like any other.

import { InvalidTaskError } from '../domain/errors.ts';
import type { NewTask } from '../domain/task.ts';
import { kindOf, requireText } from '../domain/text.ts';

/** Text values by key; an array repeats its key. The database encodes them. */
export type Params = Record<string, string | string[]>;

/**
 * Converts params to an object of strings; undefined if there are none.
 *
 * @throws InvalidTaskError for another type, or a value that is not a string, finite number or boolean
 */
export function paramsObject(params: NonNullable<NewTask['params']>): Params | undefined {
  const found: Params = Object.create(null);
  if (params instanceof URLSearchParams) {
    for (const key of new Set(params.keys()))
      found[text(key, 'a param')] = params.getAll(key).map((one) => value(key, one));
  } else {
    for (const [key, given] of entries(params, 'params')) {
      found[text(key, 'a param')] = Array.isArray(given) ? given.map((one) => value(key, one)) : value(key, given);
    }
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

/**
 * Converts headers to an object; undefined if there are none.
 *
 * @throws InvalidTaskError for another type, or a value that is not a string
 */
export function headersObject(headers: unknown): Record<string, string> | undefined {
  const found: Record<string, string> = Object.create(null);
  for (const [name, given] of entries(headers, 'headers')) {
    if (typeof given !== 'string') {
      throw new InvalidTaskError(`header ${shown(name)} must be a string, got ${kindOf(given)}`, {
        detail: { header: name },
      });
    }
    found[text(name, 'a header')] = text(given, `header ${shown(name)}`);
  }
  return Object.keys(found).length > 0 ? found : undefined;
}

function entries(given: unknown, what: string): Iterable<[string, unknown]> {
  if (given instanceof Map) return given;
  const prototype = typeof given === 'object' && given !== null ? Object.getPrototypeOf(given) : undefined;
  if (prototype === Object.prototype || prototype === null) return Object.entries(given as object);
  throw new InvalidTaskError(`${what} must be a plain object, got ${kindOf(given)}`);
}

function value(key: string, given: unknown): string {
  if (typeof given === 'string') return text(given, `param ${shown(key)}`);
  if (typeof given === 'boolean' || (typeof given === 'number' && Number.isFinite(given))) return String(given);
  const what = typeof given === 'number' ? String(given) : kindOf(given);
  throw new InvalidTaskError(
    `param ${shown(key)} must be a string, a number, a boolean or an array of them, got ${what}`,
  );
}

const text = (given: unknown, what: string) => requireText(given, what, InvalidTaskError);
const shown = (key: string) => JSON.stringify(key.slice(0, 120));
