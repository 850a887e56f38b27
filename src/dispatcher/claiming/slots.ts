// The limit on dispatches in flight in this process, and how its queues share it (shares.ts).
//
// A queue that has taken its maximum is closed. When a queue gets less than it could use because the slots have run
// out, all queues are closed, except new ones that ask for their share. They reopen when enough slots are free, or a
// moment later. Otherwise each freed slot would go to a claim of its own, for whichever queue happens to ask, and a
// claim costs about the same for one task or a hundred.

import type { Clock } from '../../runtime/clock.ts';
import { requireCount } from '../../runtime/option-checks.ts';
import { DEFAULT_CONCURRENCY, type PartOfConcurrency } from './shared-concurrency.ts';
import { Shares } from './shares.ts';

/** Closed queues reopen when this share of all slots is free, and at least this number … */
const GATHER_SHARE = 1 / 4;
const GATHER_AT_LEAST = 16;
/** … but no queue waits longer than this for each of them: 2 ms with few slots, 31 with 1000. */
const GATHER_MS_EACH = 1 / 8;

export class Slots {
  readonly #shares: Shares;
  /** Undefined: no other dispatcher shares the limit. */
  readonly #part: PartOfConcurrency | undefined;
  readonly #gather: number;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, () => void>();
  /** Queues that hold as many slots as they may. */
  readonly #closed = new Set<number>();
  /** True if a queue could get no more because the slots had run out. */
  #allClosed = false;
  #gathering = false;

  /** @param concurrency the limit, 1 or more, or a part of one that others share */
  constructor(clock: Clock, concurrency: number | PartOfConcurrency = DEFAULT_CONCURRENCY) {
    const part = typeof concurrency === 'number' ? undefined : concurrency;
    const limit = typeof concurrency === 'number' ? concurrency : concurrency.limit;
    requireCount('concurrency', limit);
    this.#clock = clock;
    this.#part = part;
    this.#shares = new Shares(limit);
    this.#gather = Math.max(GATHER_AT_LEAST, Math.ceil(limit * GATHER_SHARE));
  }

  get used(): number {
    return this.#shares.used;
  }

  get free(): number {
    const { free } = this.#shares;
    return this.#part ? Math.min(free, this.#part.grantable()) : free;
  }

  /** Adds a queue (by id) that is led from now on, and reserves its share. */
  join(queue: number): void {
    this.#shares.join(queue);
  }

  /** Slots that the queue has taken stay taken. */
  leave(queue: number): void {
    this.#shares.leave(queue);
    this.#waiting.delete(queue);
    this.#closed.delete(queue);
  }

  /** Takes up to `wanted` slots for a queue and returns how many it took. */
  reserve(queue: number, wanted: number): number {
    if (this.#isClosed(queue)) {
      this.#reopenSoon();
      return 0;
    }
    const asked = this.#allClosed ? Math.min(wanted, this.#shares.share - this.#shares.usedBy(queue)) : wanted;
    const granted = Math.max(0, Math.min(asked, this.#grantable(queue, asked)));
    this.#take(queue, granted);
    if (this.#grantable(queue, 1) < 1) this.#close(queue);
    return granted;
  }

  /** Releases `n` slots and wakes the queue that has waited longest, now or a moment later. */
  release(queue: number, n = 1): void {
    if (n === 0) return;
    this.#take(queue, -n);
    if (this.#isClosed(queue) && this.#grantable(queue, this.#gather) >= this.#gather) {
      this.#closed.delete(queue);
      this.#allClosed = false;
    }
    this.#freed();
  }

  /** Calls `wake` once, when the queue can have slots. A repeated call replaces the first. */
  wait(queue: number, wake: () => void): void {
    this.#waiting.set(queue, wake);
    this.#part?.wait(() => (this.#waiting.size === 0 ? undefined : this.#freed()));
  }

  /**
   * Passes free slots on to the next waiting queue, and returns whether there was one. A queue that was woken calls
   * this when it does not need them all.
   */
  wakeNext(): boolean {
    if (this.free === 0) return false;
    for (const [queue, wake] of this.#waiting) {
      if (this.#isClosed(queue) || this.#grantable(queue, 1) < 1) continue;
      this.#waiting.delete(queue);
      wake();
      return true;
    }
    return false;
  }

  /** There may be free slots; returns whether anything is woken, now or a moment later. */
  #freed(): boolean {
    const woke = this.wakeNext();
    const isClosed = this.#allClosed || this.#closed.size > 0;
    return (isClosed && this.#reopenSoon()) || woke;
  }

  #grantable(queue: number, wanted: number): number {
    return this.#shares.grantable(queue, wanted, this.free);
  }

  #take(queue: number, n: number): void {
    this.#shares.take(queue, n);
    this.#part?.take(n);
  }

  #isClosed(queue: number): boolean {
    if (!this.#allClosed) return this.#closed.has(queue);
    const { share } = this.#shares;
    return this.#closed.has(queue) || this.#waiting.has(queue) || this.#shares.usedBy(queue) >= share;
  }

  #close(queue: number): void {
    if (this.#shares.usedBy(queue) < this.#shares.most) this.#allClosed = true;
    else this.#closed.add(queue);
  }

  #reopenSoon(): boolean {
    if (this.#gathering) return false;
    this.#gathering = true;
    this.#clock.alarm(this.#gather * GATHER_MS_EACH, () => {
      this.#gathering = false;
      this.#closed.clear();
      this.#allClosed = false;
      this.wakeNext();
    });
    return true;
  }
}
