// One request and its response over HTTP/1.1, for a target that may be slow, broken or hostile: no redirects are followed, nothing is
// decoded, at most 64 KB of the body are read, and its ending ends it whatever the other side does.
//
// undici's handler interface and not its `request`: no stream is built for a body that nobody reads.

import { Agent, type Dispatcher } from 'undici';
import type { Ending } from './ending.ts';
import type { TaskRequest } from './request.ts';

/** More of a response's body is not read; the connection is closed instead. */
export const MAX_RESPONSE_BYTES = 64 * 1024;

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 16 * 1024;

/** What is kept of a response. */
export interface Answer {
  status: number;
  /** Of the header, as it was sent. */
  retryAfter?: string | string[] | undefined;
}

/** A pool of connections per origin. The time-outs of its own are off: the attempt's deadline is the only one. */
export function httpAgent(): Agent {
  return new Agent({
    allowH2: false,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    headersTimeout: 0,
    bodyTimeout: 0,
    maxHeaderSize: MAX_HEADER_BYTES,
  });
}

/** The answer, once a response came whole, or as far as it is read. Rejects with the reason of its ending, or with what went wrong. */
export function exchange(agent: Agent, request: TaskRequest, ending: Ending): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const handler = new ResponseHandler(resolve, reject);
    ending.onEnd((reason) => handler.abort(reason));
    if (!ending.reason) agent.dispatch(dispatchOptions(request), handler);
  });
}

function dispatchOptions({ url, method, headers, body }: TaskRequest): Dispatcher.DispatchOptions {
  return {
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method: method as Dispatcher.HttpMethod,
    headers,
    body: body as Buffer | null,
  };
}

class ResponseHandler implements Dispatcher.DispatchHandler {
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #aborted: Error | undefined;
  #answer: Answer = { status: 0 };
  #read = 0;

  constructor(resolve: (answer: Answer) => void, reject: (error: Error) => void) {
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
    this.#read += chunk.length;
    if (this.#read <= MAX_RESPONSE_BYTES) return;
    this.#resolve(this.#answer);
    controller.abort(new Error(`only ${MAX_RESPONSE_BYTES} bytes of a response are read`));
  }

  onResponseEnd(): void {
    this.#resolve(this.#answer);
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
