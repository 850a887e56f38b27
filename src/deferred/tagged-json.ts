// JavaScript values as JSON. A value that JSON lacks becomes an object with a single key that begins with `$`, its tag;
// a caller's object of that form is wrapped in `$object`.

import { MAX_JSON_DEPTH } from '../domain/limits.ts';
import { kindOf } from '../domain/text.ts';

/**
 * Converts a value to one that JSON can represent.
 *
 * Besides JSON's own types: Date, bigint, Uint8Array (and Buffer, which comes back as Uint8Array), Map and Set.
 * Undefined properties are dropped; in a list, undefined is kept. -0 becomes 0.
 *
 * @param path the value's name in messages
 * @throws TypeError for anything else, such as functions, class instances, NaN and cycles; the message says where
 */
export function toTagged(value: unknown, path: string, depth = 0): unknown {
  if (depth > MAX_JSON_DEPTH)
    throw new TypeError(`${path} must be nested at most ${MAX_JSON_DEPTH} levels deep and have no cycles`);
  const inside = (inner: unknown, at: string) => toTagged(inner, `${path}${at}`, depth + 1);
  const list = (items: Iterable<unknown>) => Array.from(items, (item, index) => inside(item, `[${index}]`));

  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === undefined) return { $undefined: true };
  if (typeof value === 'bigint') return { $bigint: value.toString() };
  if (Array.isArray(value)) return list(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return { $date: value.toISOString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return { $map: Array.from(value, (entry, index) => inside(entry, `.entry(${index})`)) };
  if (value instanceof Set) return { $set: list(value) };
  if (isPlain(value)) {
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
    const tagged = Object.fromEntries(entries.map(([key, inner]) => [key, inside(inner, `.${key}`)]));
    return tagOf(tagged) === undefined ? tagged : { $object: tagged };
  }
  throw new TypeError(`${path} cannot be deferred: ${describe(value)}. ${ALLOWED}`);
}

const ALLOWED =
  'Allowed are null, booleans, strings, finite numbers, bigint, Date, Uint8Array, Map, Set, arrays and plain objects';

/**
 * Restores a value from its tagged form.
 *
 * @throws TypeError for an unknown tag, or a tag with unexpected content
 */
export function fromTagged(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromTagged);
  if (value === null || typeof value !== 'object') return value;
  const tag = tagOf(value);
  if (tag === undefined) return properties(value);
  const read = READERS.get(tag);
  if (!read) throw new TypeError(`unknown tag ${tag}`);
  return read((value as Record<string, unknown>)[tag]);
}

const READERS = new Map<string, (content: unknown) => unknown>([
  ['$undefined', () => undefined],
  ['$bigint', (content) => BigInt(text(content))],
  ['$date', (content) => moment(text(content))],
  ['$bytes', (content) => new Uint8Array(Buffer.from(text(content), 'base64'))],
  ['$map', (content) => new Map(list(content).map((entry) => fromTagged(entry) as [unknown, unknown]))],
  ['$set', (content) => new Set(list(content).map(fromTagged))],
  ['$object', (content) => properties(content as object)],
]);

/** Object.fromEntries defines every key, including __proto__. */
function properties(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fromTagged(inner)]));
}

/** The only key of an object, if it starts with $. */
function tagOf(value: object): string | undefined {
  const [key, ...others] = Object.keys(value);
  return key?.startsWith('$') && others.length === 0 ? key : undefined;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Object.getOwnPropertySymbols(value).length > 0) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  if (typeof value === 'number') return `it is ${value}`;
  if (value instanceof Date) return 'it is an invalid Date';
  const kind = kindOf(value);
  return kind === 'object' ? 'it has symbols as keys' : `it is of type ${kind}`;
}

function text(content: unknown): string {
  if (typeof content === 'string') return content;
  throw new TypeError(`a tag must hold text, got ${kindOf(content)}`);
}

function list(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  throw new TypeError(`a tag must hold a list, got ${kindOf(content)}`);
}

function moment(content: string): Date {
  const date = new Date(content);
  if (Number.isNaN(date.getTime())) throw new TypeError('a $date must hold a valid date');
  return date;
}
