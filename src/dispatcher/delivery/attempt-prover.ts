// A place between the dispatcher and its targets for proving mode, which delivers tasks more than once (src/proving).

import type { ClaimedDispatch } from '../database/ports.ts';
import type { TargetResponse } from './http-exchange.ts';

/**
 * Sends one request and returns its response.
 *
 * @param laterMs how much later than now the request claims to be sent
 */
export type SendRequest = (dispatch: ClaimedDispatch, laterMs?: number) => Promise<TargetResponse>;

export interface AttemptProver {
  /** Makes an attempt as it sees fit, and returns the response that counts. */
  attempt(dispatch: ClaimedDispatch, send: SendRequest): Promise<TargetResponse>;
}
