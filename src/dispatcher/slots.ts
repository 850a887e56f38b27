// How many dispatches this process may have in flight, over all its queues.
//
// When the last slot is taken the door closes, and opens again when enough are free: else each slot would go to a claim of its own as it comes free, to the queue
// that happens to ask, and a claim costs much the same for one task or a hundred.

import type { Clock } from '../runtime/clock.ts';

/** Enough: this share of all, at least so many … */
const GATHER_SHARE = 1 / 4;
const GATHER_AT_LEAST = 16;
/** … but none is kept waiting longer than this for each that is waited for: 2 ms with few slots, 31 with 1000. */
const GATHER_MS_EACH = 1 / 8;

export class Slots {
  readonly #limit: number;
  readonly #gather: number;
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #used = 0;
  #open = true;
  #gathering = false;

  /** @param limit 1 or more */
  constructor(clock: Clock, limit = 1000) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`concurrency must be a whole number from 1, got ${limit}`);
    }
    this.#clock = clock;
    this.#limit = limit;
    this.#gather = Math.max(GATHER_AT_LEAST, Math.ceil(limit * GATHER_SHARE));
  }

  get used(): number {
    return this.#used;
  }

  get free(): number {
    return this.#limit - this.#used;
  }

  /** Takes up to `wanted` slots and says how many. */
  reserve(wanted: number): number {
    if (!this.#open) return 0;
    const granted = Math.max(0, Math.min(wanted, this.free));
    this.#used += granted;
    this.#open = this.free > 0;
    return granted;
  }

  /** Gives `n` slots back and wakes who waits longest, at once or a moment later. */
  giveBack(n = 1): void {
    this.#used -= n;
    if (n === 0) return;
    if (this.#open || this.free >= this.#gather) this.#reopen();
    else this.#reopenSoon();
  }

  /** Calls `wake` once, when slots come free. Asking again changes nothing. */
  wait(wake: () => void): void {
    this.#waiting.add(wake);
  }

  stopWaiting(wake: () => void): void {
    this.#waiting.delete(wake);
  }

  /** Who was woken and did not need all that is free passes the rest on with this. */
  wakeNext(): void {
    if (!this.#open) return;
    for (const wake of this.#waiting) {
      this.#waiting.delete(wake);
      wake();
      return;
    }
  }

  #reopen(): void {
    this.#open = this.free > 0;
    this.wakeNext();
  }

  #reopenSoon(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#clock.alarm(this.#gather * GATHER_MS_EACH, () => {
      this.#gathering = false;
      this.#reopen();
    });
  }
}
