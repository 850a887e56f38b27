// The limit on dispatches in flight in this process, and how its queues share it.
//
// One queue holds at most nine tenths: if its target accepts requests and never answers, the other queues continue. The
// last tenth is shared: every queue can always have its fair share of it, and any queue may use what the others' shares
// leave over.
//
// A queue that has taken its maximum is closed. When a queue gets less than it could use because the slots have run
// out, all queues are closed, except new ones that ask for their share. They reopen when enough slots are free, or a
// moment later. Otherwise each freed slot would go to a claim of its own, for whichever queue happens to ask, and a
// claim costs about the same for one task or a hundred.

import type { Clock } from '../../runtime/clock.ts';

/** Most of the slots that one queue may hold. */
const MOST_SHARE = 0.9;
/** Closed queues reopen when this share of all slots is free, and at least this number … */
const GATHER_SHARE = 1 / 4;
const GATHER_AT_LEAST = 16;
/** … but no queue waits longer than this for each of them: 2 ms with few slots, 31 with 1000. */
const GATHER_MS_EACH = 1 / 8;

export class Slots {
  readonly #limit: number;
  readonly #most: number;
  readonly #gather: number;
  readonly #clock: Clock;
  /** By queue id, including queues that are no longer led. */
  readonly #used = new Map<number, number>();
  readonly #led = new Set<number>();
  readonly #waiting = new Map<number, () => void>();
  /** Queues that hold as many slots as they may. */
  readonly #closed = new Set<number>();
  /** True if a queue could get no more because the slots had run out. */
  #allClosed = false;
  #total = 0;
  /** What each queue can always have of the last tenth. */
  #share: number;
  /**
   * Sum of what all queues lack of their shares. It is kept because every slot needs it and there may be thousands of
   * queues.
   */
  #lacking = 0;
  #gathering = false;

  /** @param limit 1 or more */
  constructor(clock: Clock, limit = 1000) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`concurrency must be a whole number of at least 1, got ${limit}`);
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

  /** Adds a queue (by id) that is led from now on, and reserves its share. */
  join(queue: number): void {
    if (this.#led.has(queue)) return;
    this.#led.add(queue);
    this.#lacking += this.#lackOf(queue);
    this.#divide();
  }

  /** Slots that the queue has taken stay taken. */
  leave(queue: number): void {
    this.#lacking -= this.#lackOf(queue);
    this.#led.delete(queue);
    this.#waiting.delete(queue);
    this.#closed.delete(queue);
    this.#divide();
  }

  /** Takes up to `wanted` slots for a queue and returns how many it took. */
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

  /** Releases `n` slots and wakes the queue that has waited longest, now or a moment later. */
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

  /** Calls `wake` once, when the queue can have slots. A repeated call replaces the first. */
  wait(queue: number, wake: () => void): void {
    this.#waiting.set(queue, wake);
  }

  /**
   * Passes free slots on to the next waiting queue. A queue that was woken calls this when it does not need them all.
   */
  wakeNext(): void {
    if (this.free === 0) return;
    for (const [queue, wake] of this.#waiting) {
      if (this.#isClosed(queue) || this.#grantable(queue, 1) < 1) continue;
      this.#waiting.delete(queue);
      wake();
      return;
    }
  }

  /** How many slots the queue could have, but no more than `wanted` where any queue could have that many. */
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
