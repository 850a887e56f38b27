// Which attempts of a queue ask for less: a 503 of any target, a 429 of an HTTP target, and a target that nobody has reached for 30 seconds.

import { type Dispatch, isToHttpTarget } from '../../domain/dispatch.ts';
import type { Outcome } from '../delivery/outcome.ts';

const UNREACHABLE_MS = 30_000;
/** Targets of one queue that are remembered as unreachable. */
const MOST_REMEMBERED = 1_000;

type TargetedDispatch = Pick<Dispatch, 'target' | 'url'>;

export class ThrottleSignals {
  /** Since when, in milliseconds, nobody has reached the target. */
  readonly #unreachable = new Map<string, number>();

  /** True: this attempt is a throttle signal. */
  observe(attempt: TargetedDispatch, outcome: Outcome, now: number): boolean {
    if (outcome.kind === 'unsent') return false;
    const target = attempt.target ?? 'default';
    if (outcome.kind === 'failed' && outcome.unreachable) return this.#missed(target, now);
    if (outcome.status > 0) this.#unreachable.delete(target);
    return outcome.status === 503 || (outcome.status === 429 && isToHttpTarget(attempt));
  }

  #missed(target: string, now: number): boolean {
    const since = this.#unreachable.get(target);
    if (since !== undefined) return now - since >= UNREACHABLE_MS;
    if (this.#unreachable.size < MOST_REMEMBERED) this.#unreachable.set(target, now);
    return false;
  }
}
