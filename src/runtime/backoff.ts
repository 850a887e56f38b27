// The delay before a retry: it doubles up to a limit, with jitter so that many processes do not retry at the same
// moment.

export interface BackoffLimits {
  /** Delay after the first failure, in milliseconds. */
  minMs: number;
  /** Longest delay, in milliseconds. */
  maxMs: number;
}

const RECONNECT: BackoffLimits = { minMs: 100, maxMs: 5_000 };

/** A random time between half of the delay and all of it, after `failures` failures in a row (1 or more). */
export function backoffMs(
  failures: number,
  limits: BackoffLimits = RECONNECT,
  random: () => number = Math.random,
): number {
  const doublings = Math.min(Math.max(failures - 1, 0), 30);
  const whole = Math.min(limits.minMs * 2 ** doublings, limits.maxMs);
  return whole * (0.5 + random() / 2);
}
