// The two signatures of a task request. Both are lists, a signature a key, separated by spaces; each is `v1,` and the base64 of an HMAC-SHA256.
//
// `webhook-signature` is that of Standard Webhooks: it proves id, timestamp and body. `taskqueue-signature` proves the rest of what a handler
// is told: method, path and query, and the headers that say which task this is.

import { createHmac, hash } from 'node:crypto';
import { isPlain, plainHeaderName } from '../header-names.ts';
import { SIGNED_HEADERS, SIGNED_PREFIXES } from '../task-headers.ts';
import type { SigningKey } from './signing-key.ts';

/** A space or tab at an end. */
const EDGES = /^[ \t]|[ \t]$/;

/** What is signed. */
export interface SignedRequest {
  method: string;
  /** Path and query, as they stand in the request line. */
  path: string;
  /** By lower-case name; a header that came twice is joined by `, `. */
  headers: Iterable<readonly [name: string, value: string]>;
  webhookId: string;
  /** Seconds since 1970. */
  webhookTimestamp: string;
  body: Uint8Array;
}

/** The header of Standard Webhooks: over `id.timestamp.body`. */
export function webhookSignature(keys: readonly SigningKey[], request: SignedRequest): string {
  const { webhookId, webhookTimestamp, body } = request;
  const head = `${webhookId}.${webhookTimestamp}.`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`).join(' ');
}

/** The header of ours: over the canonical text of the request. */
export function taskSignature(keys: readonly SigningKey[], request: SignedRequest): string {
  const text = canonicalText(request);
  return keys.map((key) => `v1,${createHmac('sha256', key).update(text, 'latin1').digest('base64')}`).join(' ');
}

/**
 * What `taskqueue-signature` is over, in the bytes that stand in the request (Latin-1), its lines ended by `\n` but for the last:
 *
 * 1. `taskqueue v1`
 * 2. the method, in capitals
 * 3. path and query
 * 4. `webhook-id`
 * 5. `webhook-timestamp`
 * 6. the SHA-256 of the body (of nothing, when there is none), in lower-case hexadecimal digits
 * 7. and on: `name:value` for every header that is one of the task's facts (isTaskHeader) and not empty, or has other signs than hyphens in its name; names in lower case and in the order
 *    of their bytes, values without spaces and tabs at their ends
 *
 * The first line can't begin what `webhook-signature` is over, as ids are hexadecimal: neither signature passes for the other.
 */
export function canonicalText({ method, path, headers, webhookId, webhookTimestamp, body }: SignedRequest): string {
  const facts: [name: string, value: string][] = [];
  for (const [name, given] of headers) {
    if (!isTaskHeader(name)) continue;
    const value = EDGES.test(given) ? given.replace(/^[ \t]+|[ \t]+$/g, '') : given;
    if (value !== '' || !isPlain(name)) facts.push([name, value]);
  }
  facts.sort(([a], [b]) => (a < b ? -1 : 1));
  let text = `taskqueue v1\n${method.toUpperCase()}\n${path}\n${webhookId}\n${webhookTimestamp}\n${hash('sha256', body)}`;
  for (const [name, value] of facts) text += `\n${name}:${value}`;
  return text;
}

/**
 * Whether a header, by its lower-case name, is one of the task's facts, or is read as one, or as one of the proof, where names are CGI variables.
 * Dispatchers send none of the latter, so that a request with one is not what they signed.
 */
export function isTaskHeader(name: string): boolean {
  if (isPlain(name)) return isFact(name);
  const plain = plainHeaderName(name);
  return isFact(plain) || plain.startsWith('webhook-') || plain === 'taskqueue-signature';
}

function isFact(name: string): boolean {
  return SIGNED_PREFIXES.some((prefix) => name.startsWith(prefix)) || SIGNED_HEADERS.includes(name);
}
