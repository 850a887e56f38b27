// A target that is a function of this process: the same request, without a socket.

import { MAX_RESPONSE_BYTES } from './http-exchange.ts';
import type { TaskRequest } from './request.ts';
import type { FetchFunction } from './targets.ts';

/** The base URL such handlers see. */
export const IN_PROCESS_BASE = 'http://localhost';

/** What an uncaught exception of a handler would answer. */
const HANDLER_THREW = 500;

/**
 * The status of the handler's response. Rejects with the signal's reason as soon as it aborts: what the handler answers later is too late.
 *
 * @param threw told of an exception in the handler, which counts as status 500
 */
export async function callInProcess(
  handler: FetchFunction,
  request: TaskRequest,
  signal: AbortSignal,
  threw: (error: unknown) => void,
): Promise<number> {
  const late = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([late, answer(handler, request, signal, threw)]);
}

async function answer(
  handler: FetchFunction,
  request: TaskRequest,
  signal: AbortSignal,
  threw: (error: unknown) => void,
): Promise<number> {
  try {
    const response = await handler(standardRequest(request, signal));
    await discard(response);
    return response.status;
  } catch (error) {
    if (!signal.aborted) threw(error);
    return HANDLER_THREW;
  }
}

function standardRequest({ url, method, headers, body }: TaskRequest, signal: AbortSignal): Request {
  const length: Record<string, string> = body === null ? {} : { 'content-length': String(body.byteLength) };
  return new Request(url, { method, headers: { ...headers, ...length }, body: body as BodyInit | null, signal });
}

/** Reads the body to its end or to the limit, so that a handler that streams gets to finish. */
async function discard(response: Response): Promise<void> {
  if (!response.body) return;
  let read = 0;
  for await (const chunk of response.body) {
    read += chunk.byteLength;
    if (read > MAX_RESPONSE_BYTES) return;
  }
}
