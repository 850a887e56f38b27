// A target that is a function of this process: the same request, without a socket.

import type { Cancellation } from './cancellation.ts';
import { EXCERPT_BYTES, MAX_RESPONSE_BYTES, type TargetResponse } from './http-exchange.ts';
import { type Known, lazyRequest } from './lazy-request.ts';
import type { TaskRequest } from './request.ts';
import type { FetchFunction } from './targets.ts';

/** The base URL such handlers see. */
export const IN_PROCESS_BASE = 'http://localhost';

/** What an uncaught exception of a handler would answer. */
const HANDLER_THREW = 500;

/**
 * The handler's response. Rejects with the reason of the ending as soon as it comes: what the handler answers later is too late.
 *
 * @param threw told of an exception in the handler, which counts as status 500
 */
export function callInProcess(
  handler: FetchFunction,
  request: TaskRequest,
  cancellation: Cancellation,
  threw: (error: unknown) => void,
): Promise<TargetResponse> {
  return new Promise((resolve, reject) => {
    cancellation.onCancel(reject);
    if (!cancellation.reason) void answer(handler, request, cancellation, threw).then(resolve);
  });
}

async function answer(
  handler: FetchFunction,
  request: TaskRequest,
  cancellation: Cancellation,
  threw: (error: unknown) => void,
): Promise<TargetResponse> {
  try {
    const response = await handler(
      lazyRequest(known(request, cancellation), () => standardRequest(request, cancellation)),
    );
    const excerpt = response.body ? await excerptOf(response.body) : undefined;
    return { status: response.status, retryAfter: response.headers.get('retry-after') ?? undefined, excerpt };
  } catch (error) {
    if (!cancellation.reason) threw(error);
    return { status: HANDLER_THREW, excerpt: Buffer.from(String(error)).subarray(0, EXCERPT_BYTES) };
  }
}

function known(request: TaskRequest, cancellation: Cancellation): Known {
  return {
    url: urlOf(request),
    method: request.method,
    get signal() {
      return cancellation.signal; // made when it is asked for
    },
  };
}

/** The body is a stream already, because the one that Request would make of its bytes costs twice the rest of it. */
function standardRequest(request: TaskRequest, cancellation: Cancellation): Request {
  const { method, body } = request;
  const url = urlOf(request);
  const headers = request.headers();
  if (body === null) return new Request(url, { method, headers, signal: cancellation.signal });
  const length = { 'content-length': String(body.byteLength) };
  const init = {
    method,
    headers: { ...headers, ...length },
    body: streamOf(body),
    duplex: 'half',
    signal: cancellation.signal,
  };
  return new Request(url, init as RequestInit);
}

function urlOf({ origin, path }: TaskRequest): string {
  return `${origin}${path}`;
}

function streamOf(body: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    type: 'bytes',
    start(controller) {
      if (body.byteLength > 0) controller.enqueue(Uint8Array.from(body));
      controller.close();
    },
  });
}

/** Its first bytes. Reads the body to its end or to the limit, so that a handler that streams gets to finish. */
async function excerptOf(body: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let read = 0;
  for await (const chunk of body) {
    if (read < EXCERPT_BYTES) kept.push(chunk.subarray(0, EXCERPT_BYTES - read));
    read += chunk.byteLength;
    if (read > MAX_RESPONSE_BYTES) break;
  }
  return Buffer.concat(kept);
}
