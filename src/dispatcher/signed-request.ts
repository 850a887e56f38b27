// Adds the proof to a request: both signatures, over what is sent and no copy of it. Pure.

import { taskSignature, webhookSignature } from '../domain/signing/signatures.ts';
import type { SigningKey } from '../domain/signing/signing-key.ts';
import type { TaskRequest } from './request.ts';

const NOTHING = new Uint8Array();

/** The request with the signatures of these keys, which are made when its headers are read; without keys, the request itself. */
export function signedRequest(request: TaskRequest, keys: readonly SigningKey[]): TaskRequest {
  if (keys.length === 0) return request;
  return {
    url: request.url,
    method: request.method,
    body: request.body,
    get headers() {
      const { headers } = request;
      return { ...headers, ...signatures(request, headers, keys) };
    },
  };
}

function signatures(
  { url, method, body }: TaskRequest,
  headers: Record<string, string>,
  keys: readonly SigningKey[],
): Record<string, string> {
  const signed = {
    method,
    path: `${url.pathname}${url.search}`,
    headers: Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const),
    webhookId: headers['webhook-id'] ?? '',
    webhookTimestamp: headers['webhook-timestamp'] ?? '',
    body: body ?? NOTHING,
  };
  return { 'webhook-signature': webhookSignature(keys, signed), 'taskqueue-signature': taskSignature(keys, signed) };
}
