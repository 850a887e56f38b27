// Verification alone, for any framework.

import type { DeliveredTask, RequestHead } from './delivered-task.ts';
import type { VerifyOptions } from './handler-options.ts';
import { readBody } from './request-body.ts';
import { Verifier } from './verifier.ts';

/** A request whose body was read already, from anywhere. */
export interface RawRequest {
  method: string;
  /** Path and query as they stand in the request line, or the whole URL. */
  url: string;
  /** Lists are joined, as HTTP has it. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The bytes as they came; text stands for its UTF-8. */
  body?: Uint8Array | string | null | undefined;
}

/**
 * The task of a request, if a dispatcher with one of the secrets sent it: its signatures first, what its headers say second.
 *
 * @throws TaskVerificationError with `code` missing, expired, mismatch or oversized; TypeError for options that name no secrets
 * @example
 * ```ts
 * const task = await verifyTaskRequest(request, { secrets: process.env.PUSH_SECRET })
 * console.log(task.queue, task.retryCount, task.json())
 * ```
 */
export async function verifyTaskRequest(request: Request | RawRequest, options: VerifyOptions): Promise<DeliveredTask> {
  return openRequest(new Verifier(options), request);
}

/** As above, with secrets that were read before. */
export async function openRequest(verifier: Verifier, request: Request | RawRequest): Promise<DeliveredTask> {
  const { method, url } = request;
  const head = { method, path: pathOf(url), headers: headersOf(request.headers) };
  verifier.checkHead(head);
  return verifier.verify(head, await bodyOf(request.body, verifier.maxBodyBytes));
}

/** Path and query of a URL, or of a request line. */
export function pathOf(url: string): string {
  if (url.startsWith('/')) return url;
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** Headers in one shape. Those that HTTP/2 has for itself are left out. */
export function headersOf(given: RawRequest['headers']): RequestHead['headers'] {
  if (isHeaders(given)) return given;
  const headers = new Headers();
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && !name.startsWith(':'))
      headers.set(name, typeof value === 'string' ? value : value.join(', '));
  }
  return headers;
}

// Some runtimes have a class of their own.
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
