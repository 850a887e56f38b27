// Throttle signals: the attempts of a queue that ask for fewer requests. They are a 503 from any target, a 429 from an
// HTTP task, and a target that was unreachable for 30 seconds.

import type { Dispatch } from '../../domain/dispatch.ts';
import type { Outcome } from '../delivery/outcome.ts';

const UNREACHABLE_MS = 30_000;
/** Most unreachable targets that are remembered per queue. */
const MOST_REMEMBERED = 1_000;

type TargetedDispatch = Pick<Dispatch, 'target' | 'http'>;

export class ThrottleSignals {
  /** Since when each target has been unreachable, in milliseconds. */
  readonly #unreachable = new Map<string, number>();

  /** Returns true if this attempt is a throttle signal. */
  observe(attempt: TargetedDispatch, outcome: Outcome, now: number): boolean {
    if (outcome.kind === 'unsent') return false;
    const target = attempt.target ?? 'default';
    if (outcome.kind === 'failed' && outcome.unreachable) return this.#missed(target, now);
    if (outcome.status > 0) this.#unreachable.delete(target);
    return outcome.status === 503 || (outcome.status === 429 && attempt.http !== null);
  }

  #missed(target: string, now: number): boolean {
    const since = this.#unreachable.get(target);
    if (since !== undefined) return now - since >= UNREACHABLE_MS;
    if (this.#unreachable.size < MOST_REMEMBERED) this.#unreachable.set(target, now);
    return false;
  }
}
