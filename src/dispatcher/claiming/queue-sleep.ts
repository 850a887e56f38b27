// The sleep of one led queue that has nothing to claim: at its bell, until something is due.

import type { Clock } from '../../runtime/clock.ts';
import type { Doorbell } from './doorbell.ts';

/** What is due and can't be claimed is locked by someone; they need a moment. */
const LOCKED_WAIT_MS = 50;
/** So often what is due is asked for at once: it may have come after the claim. */
const MOST_AT_ONCE = 2;
/**
 * While someone who has added without a word is not done, the bell can't be had: look again soon, at first as long after as they have taken already. A
 * growing wait rather than a wait for the lock on a connection of its own: it is one mechanism less, it waits for many queues at once, and costs
 * 16 ms at most.
 */
const MOST_OPEN_WAIT_MS = 16;
/** … and who is still not done after this long (milliseconds) is looked after less often. */
const LONG_OPEN_MS = 10_000;
const LONG_OPEN_WAIT_MS = 100;

export class Sleep {
  readonly #queue: { id: number; name: string };
  readonly #doorbell: Doorbell;
  readonly #clock: Clock;
  #held = false;
  #until = -Infinity;
  #openSince: number | undefined;
  #inVain = 0;

  constructor(queue: { id: number; name: string }, doorbell: Doorbell, clock: Clock) {
    this.#queue = queue;
    this.#doorbell = doorbell;
    this.#clock = clock;
  }

  /** Returns for how many milliseconds there is nothing to do. `end` it before the next claim. */
  async begin(): Promise<number> {
    const { held, ms } = await this.#doorbell.fallAsleep(this.#queue);
    this.#held = held;
    if (held) this.#openSince = undefined;
    const sleepMs = this.#lengthOf(held, ms);
    this.#until = this.#clock.now() + sleepMs;
    return sleepMs;
  }

  /** Whoever adds need not ring any more. */
  async end(): Promise<void> {
    this.#until = -Infinity;
    if (!this.#held) return;
    this.#held = false;
    await this.#doorbell.letGo(this.#queue.id);
  }

  /** True: it has the bell. */
  get isHeld(): boolean {
    return this.#held;
  }

  /** True: asleep for longer than `ms` milliseconds more. */
  isLonger(ms: number): boolean {
    return this.#until > this.#clock.now() + ms + 1;
  }

  /** Something was claimed. */
  wasFruitful(): void {
    this.#inVain = 0;
  }

  #lengthOf(held: boolean, ms: number): number {
    if (ms <= 0) {
      this.#inVain += 1;
      return this.#inVain > MOST_AT_ONCE ? LOCKED_WAIT_MS : 0;
    }
    this.#inVain = 0;
    const untilDue = Math.ceil(ms) + 1; // timers know no microseconds
    return held ? untilDue : Math.min(untilDue, this.#openWaitMs());
  }

  #openWaitMs(): number {
    this.#openSince ??= this.#clock.now();
    const openMs = this.#clock.now() - this.#openSince;
    if (openMs > LONG_OPEN_MS) return LONG_OPEN_WAIT_MS;
    return Math.min(Math.max(openMs, 1), MOST_OPEN_WAIT_MS);
  }
}
