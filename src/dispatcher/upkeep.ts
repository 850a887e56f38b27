// What a dispatcher does for its queues beside dispatching: statistics once a second, sweeping once a minute.

import type { Clock } from '../runtime/clock.ts';
import type { SettleStore } from './effects.ts';

const SWEEP_EVERY_MS = 60_000;

export class Upkeep {
  readonly #store: SettleStore;
  readonly #clock: Clock;
  readonly #executed = new Map<string, number>();
  readonly #sweptAt = new Map<string, number>();

  constructor(store: SettleStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** `n` attempts of the queue have ended. */
  count(queue: string, n: number): void {
    if (n > 0) this.#executed.set(queue, (this.#executed.get(queue) ?? 0) + n);
  }

  /** Writes one row a queue in which attempts have ended since the last time. What can't be written is kept for the next time. */
  async recordStatistics(): Promise<void> {
    for (const [queue, executed] of [...this.#executed]) {
      this.#executed.delete(queue);
      try {
        await this.#store.recordStatistics(queue, executed);
      } catch (error) {
        this.count(queue, executed);
        throw error;
      }
    }
  }

  /** Sweeps each queue that is due for it. A queue is due a minute after it was first seen. */
  async sweep(queues: string[]): Promise<void> {
    const now = this.#clock.now();
    for (const known of this.#sweptAt.keys()) if (!queues.includes(known)) this.#sweptAt.delete(known);
    for (const queue of queues) {
      const last = this.#sweptAt.get(queue) ?? this.#sweptAt.set(queue, now).get(queue) ?? now;
      if (now - last < SWEEP_EVERY_MS) continue;
      this.#sweptAt.set(queue, now);
      await this.#store.sweep(queue);
    }
  }
}
