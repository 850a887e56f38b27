// How many dispatches this process may have in flight, over all its queues, and how they share them.
//
// One queue holds nine in ten at most: when its target accepts requests and never answers, the others go on. The last tenth is for all of them: each can
// always have its fair share of it, and what the others' shares don't need is free for everyone.
//
// When a queue has taken all that it may have, its door closes, and opens again when enough is free: else each slot would go to a claim of its own as it
// comes free, and a claim costs much the same for one task or a hundred.

import type { Clock } from '../runtime/clock.ts';

/** One queue's, at most. */
const MOST_SHARE = 0.9;
/** Enough: this share of all, at least so many … */
const GATHER_SHARE = 1 / 4;
const GATHER_AT_LEAST = 16;
/** … but none is kept waiting longer than this for each that is waited for: 2 ms with few slots, 31 with 1000. */
const GATHER_MS_EACH = 1 / 8;

export class Slots {
  readonly #limit: number;
  readonly #most: number;
  readonly #gather: number;
  readonly #clock: Clock;
  /** By queue; also of those that are led no more. */
  readonly #used = new Map<number, number>();
  readonly #led = new Set<number>();
  readonly #waiting = new Map<number, () => void>();
  readonly #closed = new Set<number>();
  #total = 0;
  #gathering = false;

  /** @param limit 1 or more */
  constructor(clock: Clock, limit = 1000) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`concurrency must be a whole number from 1, got ${limit}`);
    }
    this.#clock = clock;
    this.#limit = limit;
    this.#most = Math.max(1, Math.floor(limit * MOST_SHARE));
    this.#gather = Math.max(GATHER_AT_LEAST, Math.ceil(limit * GATHER_SHARE));
  }

  get used(): number {
    return this.#total;
  }

  get free(): number {
    return this.#limit - this.#total;
  }

  /** The queue (its id) is led from now on: a share is kept for it. */
  join(queue: number): void {
    this.#led.add(queue);
  }

  /** What it has taken stays taken. */
  leave(queue: number): void {
    this.#led.delete(queue);
    this.#waiting.delete(queue);
    this.#closed.delete(queue);
  }

  /** Takes up to `wanted` slots for a queue and says how many. */
  reserve(queue: number, wanted: number): number {
    if (this.#closed.has(queue)) return 0;
    const granted = Math.max(0, Math.min(wanted, this.#grantable(queue, wanted)));
    this.#add(queue, granted);
    if (this.#grantable(queue, 1) < 1) this.#closed.add(queue);
    return granted;
  }

  /** Gives `n` slots back and wakes who waits longest, at once or a moment later. */
  giveBack(queue: number, n = 1): void {
    if (n === 0) return;
    this.#add(queue, -n);
    if (this.#closed.has(queue) && this.#grantable(queue, this.#gather) >= this.#gather) this.#closed.delete(queue);
    this.wakeNext();
    if (this.#closed.size > 0) this.#reopenSoon();
  }

  /** Calls `wake` once, when the queue can have slots. Asking again changes nothing. */
  wait(queue: number, wake: () => void): void {
    this.#waiting.set(queue, wake);
  }

  /** Who was woken and did not need all that is free passes the rest on with this. */
  wakeNext(): void {
    if (this.free === 0) return;
    for (const [queue, wake] of this.#waiting) {
      if (this.#closed.has(queue) || this.#grantable(queue, 1) < 1) continue;
      this.#waiting.delete(queue);
      wake();
      return;
    }
  }

  /** How many the queue could have; where more than `wanted` are there for anyone, that is all that is said. */
  #grantable(queue: number, wanted: number): number {
    const own = this.#usedBy(queue);
    const most = this.#most - own;
    const shared = this.#limit - this.#most;
    if (Math.min(wanted, most) <= this.free - shared) return Math.min(wanted, most);
    const share = Math.max(1, Math.floor(shared / Math.max(1, this.#led.size)));
    const unasked = this.free - Math.min(shared, this.#missing(queue, share));
    return Math.min(most, Math.max(unasked, Math.min(share - own, this.free)));
  }

  /** What the other queues lack of their shares. */
  #missing(queue: number, share: number): number {
    let missing = 0;
    for (const other of this.#led) if (other !== queue) missing += Math.max(0, share - this.#usedBy(other));
    return missing;
  }

  #usedBy(queue: number): number {
    return this.#used.get(queue) ?? 0;
  }

  #add(queue: number, n: number): void {
    this.#total += n;
    const used = this.#usedBy(queue) + n;
    if (used > 0) this.#used.set(queue, used);
    else this.#used.delete(queue);
  }

  #reopenSoon(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#clock.alarm(this.#gather * GATHER_MS_EACH, () => {
      this.#gathering = false;
      this.#closed.clear();
      this.wakeNext();
    });
  }
}
