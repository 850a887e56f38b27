// Sends one request as a dispatcher would, but without one: nothing is claimed, and the response is returned instead of
// settled.

import type { Dispatcher } from 'undici';
import type { Dispatch } from '../../domain/dispatch.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import { httpAgent, MAX_RESPONSE_BYTES } from './http-exchange.ts';
import { DeadlineExceeded } from './outcome.ts';
import { taskRequest } from './request.ts';

/** A handler's response. */
export interface HandlerResponse {
  status: number;
  /** As much as a dispatcher reads: 64 KB. */
  body: Uint8Array;
  /** The headers that were sent, including signatures. */
  sent: Record<string, string>;
}

/**
 * Sends one attempt and reads its response.
 *
 * @param base the target's base URL
 * @param keys each signs; none: the request is not signed
 * @throws DeadlineExceeded, the connection's error, or TypeError if base and task do not form a URL
 */
export async function sendOnce(
  dispatch: Dispatch,
  base: string,
  keys: readonly SigningKey[],
): Promise<HandlerResponse> {
  const request = taskRequest(dispatch, base, Date.now(), keys);
  const sent = request.headers();
  const agent = httpAgent();
  const signal = AbortSignal.timeout(dispatch.dispatchDeadline * 1000);
  try {
    const response = await agent.request({
      origin: request.origin,
      path: request.path,
      method: request.method as Dispatcher.HttpMethod,
      headers: sent,
      body: request.body as Buffer | null,
      signal,
    });
    return { status: response.statusCode, body: await readSome(response.body), sent };
  } catch (error) {
    throw signal.aborted ? new DeadlineExceeded(dispatch.dispatchDeadline) : error;
  } finally {
    await agent.destroy();
  }
}

async function readSome(stream: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_RESPONSE_BYTES);
}
