// One request and its response over HTTP/1.1, for a target that may be slow, broken or hostile: no redirects are
// followed, nothing is decoded, at most 64 KB of body and 512 KB in all are read, and cancelling always ends the
// exchange, whatever the target does.
//
// It uses undici's handler interface instead of `request`, which builds a stream for a body that nobody reads.

import type { LookupFunction } from 'node:net';
import type { Dispatcher } from 'undici';
// By its file, since Bun has something else under the bare name.
import { Agent, buildConnector } from 'undici/index.js';
import { PERMANENT_FAILURE_HEADER } from '../../domain/task-headers.ts';
import type { Cancellation } from './cancellation.ts';
import type { TaskRequest } from './request.ts';
import { boundResponses } from './response-bounds.ts';

/** Most bytes of a response's body that are read; the connection is then closed. */
export const MAX_RESPONSE_BYTES = 64 * 1024;
/** Bytes of the body that are kept, for operators to see why an attempt failed: HTML has few words in many bytes. */
export const EXCERPT_BYTES = 16 * 1024;

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** A target's response. */
export interface TargetResponse {
  status: number;
  /** The header's value, as sent. */
  retryAfter?: string | string[] | undefined;
  contentType?: string | undefined;
  /** True if the target said that the task can never succeed. */
  permanent?: boolean | undefined;
  /** The first bytes of the body; undefined if it has none. */
  excerpt?: Uint8Array | undefined;
}

/**
 * A connection pool per origin. Undici's own time-outs are off: the attempt's deadline is the only one.
 *
 * @param lookup resolves names; every request then has a connection of its own, and its name is looked up each time
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

/**
 * Resolves once the response is complete, or has been read as far as it is read. Rejects with the reason of a
 * cancellation, or with the connection's error.
 */
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
    this.#answer = {
      status,
      retryAfter: headers['retry-after'],
      contentType: headers['content-type']?.toString(),
      permanent: headers[PERMANENT_FAILURE_HEADER] === '1',
    };
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

  /** Keeps a copy: the chunk is a view of the socket's whole buffer. */
  #keep(chunk: Buffer): void {
    const first = chunk.subarray(0, EXCERPT_BYTES - this.#read);
    this.#excerpt = Buffer.concat([this.#excerpt ?? Buffer.alloc(0), first]);
  }
}
