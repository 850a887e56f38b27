// One request and its response over HTTP/1.1, for a target that may be slow, broken or hostile: no redirects are followed, nothing is
// decoded, at most 64 KB of the body and 512 KB in all are read, and its ending ends it whatever the other side does.
//
// undici's handler interface and not its `request`: no stream is built for a body that nobody reads.

import type { LookupFunction } from 'node:net';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import type { Cancellation } from './cancellation.ts';
import type { TaskRequest } from './request.ts';
import { boundResponses } from './response-bounds.ts';

/** More of a response's body is not read; the connection is closed instead. */
export const MAX_RESPONSE_BYTES = 64 * 1024;
/** So much of it is kept, for operators to see why an attempt failed. */
export const EXCERPT_BYTES = 1024;

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** What a target answered. */
export interface TargetResponse {
  status: number;
  /** Of the header, as it was sent. */
  retryAfter?: string | string[] | undefined;
  /** The first bytes of its body, as they came; undefined: it has none. */
  excerpt?: Uint8Array | undefined;
}

/**
 * A pool of connections per origin. The time-outs of its own are off: the attempt's deadline is the only one.
 *
 * @param lookup what names are looked up with: then each request has a connection of its own, and its name is looked up
 */
export function httpAgent(lookup?: LookupFunction): Agent {
  const connect = buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS, ...(lookup && { lookup }) });
  return new Agent({
    allowH2: false,
    pipelining: lookup ? 0 : 1,
    connect: (options, connected) =>
      connect(options, (...result) => {
        if (result[1]) boundResponses(result[1]);
        connected(...result);
      }),
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}

/** The response, once it came whole, or as far as it is read. Rejects with the reason of its ending, or with what went wrong. */
export function exchange(agent: Agent, request: TaskRequest, cancellation: Cancellation): Promise<TargetResponse> {
  return new Promise((resolve, reject) => {
    const handler = new ResponseHandler(resolve, reject);
    cancellation.onCancel((reason) => handler.abort(reason));
    if (!cancellation.reason) agent.dispatch(dispatchOptions(request), handler);
  });
}

function dispatchOptions(request: TaskRequest): Dispatcher.DispatchOptions {
  return {
    origin: request.origin,
    path: request.path,
    method: request.method as Dispatcher.HttpMethod,
    headers: request.headers(),
    body: request.body as Buffer | null,
  };
}

class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (response: TargetResponse) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #answer: TargetResponse = { status: 0 };
  #read = 0;
  #excerpt: Buffer | undefined;

  constructor(resolve: (response: TargetResponse) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  abort(reason: Error): void {
    this.#aborted = reason;
    this.#reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#aborted) controller.abort(this.#aborted);
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    const refused = new Error('the target switched protocols');
    this.#reject(refused);
    controller.abort(refused);
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#answer = { status, retryAfter: headers['retry-after'] };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#read < EXCERPT_BYTES) this.#keep(chunk);
    this.#read += chunk.length;
    if (this.#read <= MAX_RESPONSE_BYTES) return;
    this.#resolve({ ...this.#answer, excerpt: this.#excerpt });
    controller.abort(new Error(`only ${MAX_RESPONSE_BYTES} bytes of a response are read`));
  }

  onResponseEnd(): void {
    this.#resolve({ ...this.#answer, excerpt: this.#excerpt });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }

  /** A copy: the chunk is a view of all that the socket read. */
  #keep(chunk: Buffer): void {
    const first = chunk.subarray(0, EXCERPT_BYTES - this.#read);
    this.#excerpt = Buffer.concat([this.#excerpt ?? Buffer.alloc(0), first]);
  }
}
