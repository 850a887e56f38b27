// What a dispatcher puts on record of its queues: how many attempts have ended, and that there were dispatches at all. Rows that are only ever appended, at
// most one a second for each queue.
//
// With each goes the enforced rate, if it is less than the configured one, so that a throttled queue stays so when its leadership changes.
//
// The first dispatch after a quiet second is noted at once. So a new leader knows from the newest row when the last dispatch was, to the
// second (_last_dispatch), and does not begin with tokens that were spent already.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { UpkeepStore } from '../database/ports.ts';

const NOTE_EVERY_MS = 1_000;

export class Statistics {
  readonly #store: Pick<UpkeepStore, 'recordStatistics'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #throttledTo: (queue: string) => number | null;
  readonly #ended = new Map<string, number>();
  readonly #notedAt = new Map<string, number>();
  #cancel: (() => void) | undefined;

  /** @param throttledTo a queue's enforced rate; null: it is not throttled */
  constructor(
    store: Pick<UpkeepStore, 'recordStatistics'>,
    clock: Clock,
    logger: Logger,
    throttledTo: (queue: string) => number | null = () => null,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
    this.#throttledTo = throttledTo;
  }

  /** A task of the queue is being sent. */
  dispatched(queue: string): void {
    if (this.#isDue(queue)) void this.#note(queue).catch((error) => this.#complain(error));
  }

  /** The queue's enforced rate was halved, or is whole again. */
  rateChanged(queue: string): void {
    void this.#note(queue).catch((error) => this.#complain(error));
  }

  /** `n` attempts of the queue have ended. */
  ended(queue: string, n: number): void {
    if (n === 0) return;
    this.#ended.set(queue, (this.#ended.get(queue) ?? 0) + n);
    this.#cancel ??= this.#clock.alarm(NOTE_EVERY_MS, () => {
      this.#cancel = undefined;
      void this.flush().catch((error) => this.#complain(error));
    });
  }

  /** Writes what has not been written yet. What can't be written is kept for the next time. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await Promise.all([...this.#ended.keys()].map((queue) => this.#note(queue)));
  }

  #isDue(queue: string): boolean {
    return this.#clock.now() - (this.#notedAt.get(queue) ?? -Infinity) >= NOTE_EVERY_MS;
  }

  async #note(queue: string): Promise<void> {
    const ended = this.#ended.get(queue) ?? 0;
    const notedAt = this.#clock.now();
    this.#ended.delete(queue);
    this.#notedAt.set(queue, notedAt);
    try {
      await this.#store.recordStatistics(queue, ended, this.#throttledTo(queue));
    } catch (error) {
      this.#notedAt.delete(queue);
      this.ended(queue, ended);
      throw error;
    }
  }

  #complain(error: unknown): void {
    this.#logger.warn('statistics could not be written, trying again', { error });
  }
}
