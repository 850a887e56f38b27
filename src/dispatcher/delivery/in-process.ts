// A target that is a function in this process: it receives the same request without a socket.

import { errorText } from '../../domain/error-text.ts';
import { PERMANENT_FAILURE_HEADER } from '../../domain/task-headers.ts';
import type { Cancellation } from './cancellation.ts';
import { EXCERPT_BYTES, MAX_RESPONSE_BYTES, type TargetResponse } from './http-exchange.ts';
import { type Known, lazyRequest } from './lazy-request.ts';
import type { TaskRequest } from './request.ts';
import type { FetchFunction } from './targets.ts';

/** The base URL that such handlers see. */
export const IN_PROCESS_BASE = 'http://localhost';

/** The status that stands for a handler's uncaught exception. */
const HANDLER_THREW = 500;

/**
 * Resolves with the handler's response. Rejects as soon as the attempt is cancelled: a later response is ignored.
 *
 * @param threw called with a handler's exception, which counts as status 500
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
    const { status, headers } = response;
    return {
      status,
      retryAfter: headers.get('retry-after') ?? undefined,
      contentType: headers.get('content-type') ?? undefined,
      permanent: headers.get(PERMANENT_FAILURE_HEADER) === '1',
      excerpt,
    };
  } catch (error) {
    if (!cancellation.reason) threw(error);
    return { status: HANDLER_THREW, excerpt: Buffer.from(errorText(error)) };
  }
}

function known(request: TaskRequest, cancellation: Cancellation): Known {
  return {
    url: urlOf(request),
    method: request.method,
    get signal() {
      return cancellation.signal; // created only on access
    },
  };
}

/**
 * The body is passed as a stream, because the one that Request would make of the bytes costs twice as much as all the
 * rest.
 */
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

/** The first bytes of a body. It is read to its end or to the limit, so that a handler that streams can finish. */
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
