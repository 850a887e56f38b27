// What a deferred task carries: which function is called with what, or where that is kept.

import { fromTagged, toTagged } from './tagged-json.ts';

export const CONTENT_TYPE = 'application/vnd.pgtaskqueue.deferred+json';

/** A body, read. */
export type Carried = { fn: string; args: unknown[] } | { fn: string; overflow: string };

/**
 * A call as it is written. Arguments at the end that are undefined are left out.
 *
 * @throws TypeError for an argument that can't be written; it says which
 */
export function writeCall(fn: string, args: readonly unknown[]): Uint8Array {
  const count = args.findLastIndex((arg) => arg !== undefined) + 1;
  const tagged = Array.from({ length: count }, (_, index) => toTagged(args[index], `args[${index}]`));
  return Buffer.from(JSON.stringify({ v: 1, fn, args: tagged }));
}

/** What stands for a call that is kept elsewhere. */
export function writeOverflow(fn: string, id: string): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, fn, overflow: id }));
}

/** @throws TypeError, SyntaxError, RangeError for anything but what the functions above have written */
export function readCarried(body: Uint8Array): Carried {
  const { v, fn, args, overflow } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) ?? {};
  if (v !== 1) throw new TypeError(`a deferred call of version ${JSON.stringify(v)}, which is not known here`);
  if (typeof fn !== 'string') throw new TypeError('a deferred call without the name of a function');
  if (isUuid(overflow)) return { fn, overflow };
  if (!Array.isArray(args)) throw new TypeError('a deferred call without arguments');
  return { fn, args: args.map(fromTagged) };
}

function isUuid(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
