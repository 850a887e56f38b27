// The two signatures of a request, computed over what is sent without copying it. Pure.

import { taskSignature, webhookSignature } from '../../domain/signing/signatures.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';

const NOTHING = new Uint8Array();

interface Unsigned {
  method: string;
  path: string;
  body: Uint8Array | null;
}

/** The signature headers of these keys, over the request and the headers that it has so far. */
export function signatures(
  { method, path, body }: Unsigned,
  headers: Record<string, string>,
  keys: readonly SigningKey[],
): Record<string, string> {
  const signed = {
    method,
    path,
    headers: lowerCased(headers),
    webhookId: headers['webhook-id'] ?? '',
    webhookTimestamp: headers['webhook-timestamp'] ?? '',
    body: body ?? NOTHING,
  };
  return { 'webhook-signature': webhookSignature(keys, signed), 'taskqueue-signature': taskSignature(keys, signed) };
}

function lowerCased(headers: Record<string, string>): [name: string, value: string][] {
  const all: [string, string][] = [];
  for (const name in headers) all.push([name.toLowerCase(), headers[name] as string]);
  return all;
}
