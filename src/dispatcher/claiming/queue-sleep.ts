// The sleep of a led queue at its doorbell, until something is due.

import type { Clock } from '../../runtime/clock.ts';
import { SleepLength } from '../../wakeup/sleep-length.ts';
import type { Doorbells } from './doorbells.ts';
import type { RunnerTools } from './runner-tools.ts';

export class QueueSleep {
  readonly #queue: { id: number; name: string };
  readonly #doorbells: Doorbells;
  readonly #clock: Clock;
  readonly #length = new SleepLength();
  readonly #told: RunnerTools['wentToSleep'];
  #held = false;
  #until = -Infinity;

  constructor(
    queue: { id: number; name: string },
    doorbells: Doorbells,
    { clock, wentToSleep }: Pick<RunnerTools, 'clock' | 'wentToSleep'>,
  ) {
    this.#queue = queue;
    this.#doorbells = doorbells;
    this.#clock = clock;
    this.#told = wentToSleep;
  }

  /** Returns for how many milliseconds there is nothing to do. Call `end` before the next claim. */
  async begin(): Promise<number> {
    const { held, ms } = await this.#doorbells.take(this.#queue);
    this.#held = held;
    const sleepMs = this.#length.next(held, ms, this.#clock.now());
    this.#until = this.#clock.now() + sleepMs;
    if (held && sleepMs > 0) this.#told?.(this.#queue.name);
    return sleepMs;
  }

  /** Enqueuers no longer need to notify. */
  async end(): Promise<void> {
    this.#until = -Infinity;
    if (!this.#held) return;
    this.#held = false;
    await this.#doorbells.release(this.#queue.id);
  }

  /** True if this process holds the queue's doorbell. */
  get isHeld(): boolean {
    return this.#held;
  }

  /** True if the queue would sleep for more than `ms` milliseconds longer. */
  isLonger(ms: number): boolean {
    return this.#until > this.#clock.now() + ms + 1;
  }

  /** A claim took tasks. */
  foundWork(): void {
    this.#length.foundWork();
  }
}
