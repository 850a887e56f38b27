// The two signatures of a task request. Each header is a list of one signature per key, separated by spaces; a
// signature is `v1,` and the base64 of an HMAC-SHA256. `webhook-signature` is that of Standard Webhooks: it proves id,
// timestamp and body. `taskqueue-signature` proves the rest of the request: method, path and query, and the headers
// that identify the task.

import { createHmac, hash } from 'node:crypto';
import { isPlain, plainHeaderName } from '../header-names.ts';
import { SIGNED_HEADERS, SIGNED_PREFIXES } from '../task-headers.ts';
import type { SigningKey } from './signing-key.ts';

/** A space or tab at either end. */
const EDGES = /^[ \t]|[ \t]$/;

/** The parts of a request that are signed. */
export interface SignedRequest {
  method: string;
  /** Path and query, exactly as in the request line. */
  path: string;
  /** By lower-case name; the values of a repeated header are joined by `, `. */
  headers: Iterable<readonly [name: string, value: string]>;
  webhookId: string;
  /** Seconds since 1970. */
  webhookTimestamp: string;
  body: Uint8Array;
}

/** Computes the header of Standard Webhooks, over `id.timestamp.body`. */
export function webhookSignature(keys: readonly SigningKey[], request: SignedRequest): string {
  const { webhookId, webhookTimestamp, body } = request;
  const head = `${webhookId}.${webhookTimestamp}.`;
  return keys.map((key) => `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`).join(' ');
}

/** Computes `taskqueue-signature`, over the canonical text of the request. */
export function taskSignature(keys: readonly SigningKey[], request: SignedRequest): string {
  const text = canonicalText(request);
  return keys.map((key) => `v1,${createHmac('sha256', key).update(text, 'latin1').digest('base64')}`).join(' ');
}

/**
 * Builds the text that `taskqueue-signature` signs, in the bytes of the request (Latin-1). All lines but the last end
 * in `\n`:
 *
 * 1. `taskqueue v1`
 * 2. the method, in capitals
 * 3. path and query
 * 4. `webhook-id`
 * 5. `webhook-timestamp`
 * 6. the SHA-256 of the body (of zero bytes if there is none), in lower-case hexadecimal digits
 * 7. and following: `name:value` for every task header (isTaskHeader) that is not empty or whose name has signs other
 *   than hyphens; names in lower case and in byte order, values without spaces and tabs at either end
 *
 * Neither signature passes for the other: ids are hexadecimal, so the text of `webhook-signature` never begins with
 * this first line.
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
 * Whether a header, by its lower-case name, carries a fact about the task, or would be read as one, or as part of the
 * proof, by a server that turns names into CGI variables. Dispatchers never send such look-alikes, so a request with
 * one does not match its signature.
 */
export function isTaskHeader(name: string): boolean {
  if (isPlain(name)) return isFact(name);
  const plain = plainHeaderName(name);
  return isFact(plain) || plain.startsWith('webhook-') || plain === 'taskqueue-signature';
}

function isFact(name: string): boolean {
  return SIGNED_PREFIXES.some((prefix) => name.startsWith(prefix)) || SIGNED_HEADERS.includes(name);
}
