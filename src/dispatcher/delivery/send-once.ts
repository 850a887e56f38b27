// One request as the dispatcher would send it, without a dispatcher: nothing is claimed, and what comes back is shown and not settled.

import type { Dispatcher } from 'undici';
import type { Dispatch } from '../../domain/dispatch.ts';
import type { SigningKey } from '../../domain/signing/signing-key.ts';
import { httpAgent, MAX_RESPONSE_BYTES } from './http-exchange.ts';
import { DeadlineExceeded } from './outcome.ts';
import { taskRequest } from './request.ts';

/** A handler's response. */
export interface HandlerResponse {
  status: number;
  /** As far as a dispatcher reads it: 64 KB. */
  body: Uint8Array;
  /** What was sent, signatures and all. */
  sent: Record<string, string>;
}

/**
 * Sends one attempt and reads the response.
 *
 * @param base the target's base URL
 * @param keys each signs; none: the request is not signed
 * @throws DeadlineExceeded; what went wrong with the connection; TypeError when base and task make no URL
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
