// The retries ahead, by the formula of the SQL function _backoff: doubled maxDoublings times, then growing by the last
// step, up to the maximum.

import type { RetryParameters } from '../../../domain/retry.ts';

/** Seconds before retry number n, from 1. */
export function backoffSeconds(retry: RetryParameters, n: number): number {
  const { minBackoffSeconds = 0.1, maxBackoffSeconds = 3_600, maxDoublings = 16 } = retry;
  const doublings = Math.min(n - 1, maxDoublings);
  return Math.min(maxBackoffSeconds, minBackoffSeconds * 2 ** Math.min(doublings, 1_023) * (n - doublings));
}

/** The pauses before the next retries, at most `most`, and none beyond the limit of retries. */
export function pausesAhead(retry: RetryParameters, failed: number, most: number): number[] {
  const last = Math.min(failed + most, retry.taskRetryLimit ?? Infinity);
  const pauses: number[] = [];
  for (let n = failed + 1; n <= last; n += 1) pauses.push(backoffSeconds(retry, n));
  return pauses;
}
