// Records the requests that are made with fetch and node:http while a handler of this process runs.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type { MadeRequest } from './proof.ts';

/** Node publishes each request of node:http and node:https here, when it is sent. */
const HTTP_REQUESTS = 'http.client.request.start';

/** Runs the work, and returns with its result the requests that were made meanwhile. */
export async function recordingFetch<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; requests: MadeRequest[] }> {
  const { fetch: real } = globalThis;
  const requests: (MadeRequest | Promise<MadeRequest>)[] = [];
  const listen = (message: unknown) =>
    void requests.push(recordedHttp((message as { request: ClientRequest }).request));
  subscribe(HTTP_REQUESTS, listen);
  globalThis.fetch = (input, init) => {
    requests.push(recorded(input, init));
    return real(input, init);
  };
  try {
    const result = await work();
    return { result, requests: await Promise.all(requests) };
  } finally {
    globalThis.fetch = real;
    unsubscribe(HTTP_REQUESTS, listen);
  }
}

/** Without its body, which is not there yet. */
function recordedHttp(request: ClientRequest): MadeRequest {
  const headers = Object.entries(request.getHeaders()).map(([name, value]) => [name, String(value)]);
  const url = `${request.protocol}//${request.getHeader('host') ?? request.host}${request.path}`;
  return { method: request.method, url, headers: Object.fromEntries(headers), body: '' };
}

async function recorded(input: string | URL | Request, init: RequestInit | undefined): Promise<MadeRequest> {
  const given = input instanceof Request ? input.clone() : input;
  const body = init?.body;
  // A stream can be read only once, and the request itself needs it.
  const { body: _, ...others } = init ?? {};
  const isText = typeof body === 'string' || body instanceof URLSearchParams || ArrayBuffer.isView(body);
  const request = new Request(given, isText ? init : (others as RequestInit));
  const { method, url, headers } = request;
  return { method, url, headers: Object.fromEntries(headers), body: await request.text().catch(() => '') };
}
