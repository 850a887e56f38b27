// Verifies a request without a framework.

import type { DeliveredTask, RequestHead } from './delivered-task.ts';
import type { VerifyOptions } from './handler-options.ts';
import { readBody } from './request-body.ts';
import { Verifier } from './verifier.ts';

/** A request from any source, whose body was already read. */
export interface RawRequest {
  method: string;
  /** Path and query as in the request line, or the whole URL. */
  url: string;
  /** Lists are joined with commas, as in HTTP. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The original bytes; text is encoded as UTF-8. */
  body?: Uint8Array | string | null | undefined;
}

/**
 * Returns the task of a request if a dispatcher with one of the secrets sent it. The signatures are checked before the
 * other headers are read.
 *
 * @throws TaskVerificationError with `code` missing, expired, mismatch or oversized
 * @throws TypeError if the options name no secrets
 * @example
 * ```ts
 * const task = await verifyTaskRequest(request, { secrets: process.env.PUSH_SECRET })
 * console.log(task.queue, task.retryCount, task.json())
 * ```
 */
export async function verifyTaskRequest(request: Request | RawRequest, options: VerifyOptions): Promise<DeliveredTask> {
  return openRequest(new Verifier(options), request);
}

/** The same, with secrets that were read before. */
export async function openRequest(verifier: Verifier, request: Request | RawRequest): Promise<DeliveredTask> {
  const { method, url } = request;
  const head = { method, path: pathOf(url), headers: headersOf(request.headers) };
  verifier.checkHead(head);
  return verifier.verify(head, await bodyOf(request.body, verifier.maxBodyBytes));
}

/** Path and query of a URL, or of a request line's target. */
export function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Headers in one form. The pseudo-headers of HTTP/2 are left out. */
export function headersOf(given: RawRequest['headers']): RequestHead['headers'] {
  if (isHeaders(given)) return given;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return headers;
}

// Some runtimes have a Headers class of their own.
function isHeaders(given: RawRequest['headers']): given is Headers {
  return given instanceof Headers || typeof given.getSetCookie === 'function';
}

async function bodyOf(body: Request['body'] | RawRequest['body'], maxBytes: number): Promise<Uint8Array> {
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return readBody(one(body), maxBytes);
  return readBody((body ?? null) as AsyncIterable<Uint8Array> | null, maxBytes);
}

async function* one(body: Uint8Array) {
  yield body;
}
