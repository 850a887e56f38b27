// The hosts that a queue sends no HTTP tasks to for now, because they answered with Retry-After.

import type { Dispatch } from '../../domain/dispatch.ts';
import type { Outcome } from './outcome.ts';

const MOST_SECONDS = 3_600;
/** Number of entries from which expired ones are removed. */
const TIDY_AT = 1_000;

type AttemptAddress = Pick<Dispatch, 'queue' | 'target' | 'http'>;

export class HostBackoff {
  /** Until when, in milliseconds, by queue and host. */
  readonly #until = new Map<string, number>();

  /** Whole seconds until the queue may send to the task's host; 0: now. */
  secondsLeft(attempt: AttemptAddress, now: number): number {
    if (this.#until.size === 0 || attempt.http === null) return 0;
    return Math.max(0, Math.ceil(((this.#until.get(keyOf(attempt)) ?? 0) - now) / 1000));
  }

  observe(attempt: AttemptAddress, outcome: Outcome, now: number): void {
    if (outcome.kind !== 'failed' || !outcome.retryAfter || attempt.http === null) return;
    if (this.#until.size >= TIDY_AT) this.#tidy(now);
    const until = now + Math.min(outcome.retryAfter, MOST_SECONDS) * 1000;
    const key = keyOf(attempt);
    this.#until.set(key, Math.max(until, this.#until.get(key) ?? 0));
  }

  #tidy(now: number): void {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
  }
}

function keyOf({ queue, target }: AttemptAddress): string {
  return `${queue} ${URL.parse(target ?? '')?.host ?? target}`;
}
