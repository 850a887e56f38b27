// Records the requests that are made with fetch while a handler of this process runs.

import type { MadeRequest } from './proof.ts';

/** Runs the work, and returns with its result the requests that were made meanwhile. */
export async function recordingFetch<Result>(
  work: () => Promise<Result>,
): Promise<{ result: Result; requests: MadeRequest[] }> {
  const { fetch: real } = globalThis;
  const requests: Promise<MadeRequest>[] = [];
  globalThis.fetch = (input, init) => {
    requests.push(recorded(input, init));
    return real(input, init);
  };
  try {
    const result = await work();
    return { result, requests: await Promise.all(requests) };
  } finally {
    globalThis.fetch = real;
  }
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
