// The body of a deferred task: a function's name with its arguments, or with a reference to where they are stored.

import { fromTagged, toTagged } from './tagged-json.ts';

export const CONTENT_TYPE = 'application/vnd.pgtaskqueue.deferred+json';

/** A parsed body. */
export type Carried = { fn: string; args: unknown[] } | { fn: string; overflow: string };

/**
 * Serializes a call. Undefined arguments at the end are left out.
 *
 * @throws TypeError for an argument that cannot be serialized; the message says which
 */
export function writeCall(fn: string, args: readonly unknown[]): Uint8Array {
  const count = args.findLastIndex((arg) => arg !== undefined) + 1;
  const tagged = Array.from({ length: count }, (_, index) => toTagged(args[index], `args[${index}]`));
  return Buffer.from(JSON.stringify({ v: 1, fn, args: tagged }));
}

/** Serializes the reference to a call that is stored elsewhere. */
export function writeOverflow(fn: string, id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, fn, overflow: id }));
}

/** @throws TypeError, SyntaxError or RangeError for anything that the functions above did not write */
export function readCarried(body: Uint8Array): Carried {
  const { v, fn, args, overflow } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) ?? {};
  if (v !== 1) throw new TypeError(`the version of a deferred call must be 1, got ${JSON.stringify(v)}`);
  if (typeof fn !== 'string') throw new TypeError('a deferred call must have the name of a function');
  if (isUuid(overflow)) return { fn, overflow };
  if (!Array.isArray(args)) throw new TypeError('a deferred call must have arguments');
  return { fn, args: args.map(fromTagged) };
}

function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
