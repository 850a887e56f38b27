// How many dispatches this process may have in flight, over all its queues, and how they share them.
//
// One queue holds nine in ten at most: when its target accepts requests and never answers, the others go on. The last tenth is for all of them: each can
// always have its fair share of it, and what the others' shares don't need is free for everyone.
//
// When a queue has taken all that it may have, its door closes; when somebody could have no more because no more was there, all doors do, but for who comes
// anew and asks for its share. They open again when enough is free, or a moment later: else each slot would go to a claim of its own as it comes free, to
// the queue that happens to ask, and a claim costs much the same for one task or a hundred.

import type { Clock } from '../../runtime/clock.ts';

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
  /** Queues that have all they may have. */
  readonly #closed = new Set<number>();
  /** Somebody could have no more, as no more was there. */
  #allClosed = false;
  #total = 0;
  /** What each queue can always have, of the last tenth. */
  #share: number;
  /** What all queues lack of their shares. Kept, as it is asked for with every slot, and there may be thousands of queues. */
  #lacking = 0;
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
    this.#share = this.#shareOfEach();
  }

  get used(): number {
    return this.#total;
  }

  get free(): number {
    return this.#limit - this.#total;
  }

  /** The queue (its id) is led from now on: a share is kept for it. */
  join(queue: number): void {
    if (this.#led.has(queue)) return;
    this.#led.add(queue);
    this.#lacking += this.#lackOf(queue);
    this.#divide();
  }

  /** What it has taken stays taken. */
  leave(queue: number): void {
    this.#lacking -= this.#lackOf(queue);
    this.#led.delete(queue);
    this.#waiting.delete(queue);
    this.#closed.delete(queue);
    this.#divide();
  }

  /** Takes up to `wanted` slots for a queue and says how many. */
  reserve(queue: number, wanted: number): number {
    if (this.#isClosed(queue)) {
      this.#reopenSoon();
      return 0;
    }
    const asked = this.#allClosed ? Math.min(wanted, this.#share - this.#usedBy(queue)) : wanted;
    const granted = Math.max(0, Math.min(asked, this.#grantable(queue, asked)));
    this.#add(queue, granted);
    if (this.#grantable(queue, 1) < 1) this.#close(queue);
    return granted;
  }

  /** Gives `n` slots back and wakes who waits longest, at once or a moment later. */
  release(queue: number, n = 1): void {
    if (n === 0) return;
    this.#add(queue, -n);
    if (this.#isClosed(queue) && this.#grantable(queue, this.#gather) >= this.#gather) {
      this.#closed.delete(queue);
      this.#allClosed = false;
    }
    this.wakeNext();
    if (this.#allClosed || this.#closed.size > 0) this.#reopenSoon();
  }

  /** Calls `wake` once, when the queue can have slots. Asking again changes nothing. */
  wait(queue: number, wake: () => void): void {
    this.#waiting.set(queue, wake);
  }

  /** Who was woken and did not need all that is free passes the rest on with this. */
  wakeNext(): void {
    if (this.free === 0) return;
    for (const [queue, wake] of this.#waiting) {
      if (this.#isClosed(queue) || this.#grantable(queue, 1) < 1) continue;
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
    const unasked = this.free - Math.min(shared, this.#lacking - this.#lackOf(queue));
    return Math.min(most, Math.max(unasked, Math.min(this.#share - own, this.free)));
  }

  #usedBy(queue: number): number {
    return this.#used.get(queue) ?? 0;
  }

  #lackOf(queue: number): number {
    return this.#led.has(queue) ? Math.max(0, this.#share - this.#usedBy(queue)) : 0;
  }

  #add(queue: number, n: number): void {
    this.#lacking -= this.#lackOf(queue);
    this.#total += n;
    const used = this.#usedBy(queue) + n;
    if (used > 0) this.#used.set(queue, used);
    else this.#used.delete(queue);
    this.#lacking += this.#lackOf(queue);
  }

  #shareOfEach(): number {
    return Math.max(1, Math.floor((this.#limit - this.#most) / Math.max(1, this.#led.size)));
  }

  #divide(): void {
    const share = this.#shareOfEach();
    if (share === this.#share) return;
    this.#share = share;
    this.#lacking = 0;
    for (const queue of this.#led) this.#lacking += this.#lackOf(queue);
  }

  #isClosed(queue: number): boolean {
    if (!this.#allClosed) return this.#closed.has(queue);
    return this.#closed.has(queue) || this.#waiting.has(queue) || this.#usedBy(queue) >= this.#share;
  }

  #close(queue: number): void {
    if (this.#usedBy(queue) < this.#most) this.#allClosed = true;
    else this.#closed.add(queue);
  }

  #reopenSoon(): void {
    if (this.#gathering) return;
    this.#gathering = true;
    this.#clock.alarm(this.#gather * GATHER_MS_EACH, () => {
      this.#gathering = false;
      this.#closed.clear();
      this.#allClosed = false;
      this.wakeNext();
    });
  }
}
