// Records statistics of a dispatcher's queues: how many attempts ended, and that there were dispatches at all. Rows are
// only ever appended, at most one a second per queue.
//
// Each row contains the enforced rate if it is less than the configured one, so that a throttled queue stays throttled
// when its leader changes.
//
// The first dispatch after a quiet second is recorded immediately. So a new leader learns from the newest row when the
// last dispatch was, to the second (_last_dispatch), and does not start with tokens that were already spent.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { UpkeepStore } from '../database/ports.ts';

const RECORD_EVERY_MS = 1_000;

export class Statistics {
  readonly #store: Pick<UpkeepStore, 'recordStatistics'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #throttledTo: (queue: string) => number | null;
  readonly #ended = new Map<string, number>();
  readonly #recordedAt = new Map<string, number>();
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
    if (this.#isDue(queue)) void this.#record(queue).catch((error) => this.#warn(error));
  }

  /** The queue's enforced rate was halved, or is no longer reduced. */
  rateChanged(queue: string): void {
    void this.#record(queue).catch((error) => this.#warn(error));
  }

  /** `n` attempts of the queue have ended. */
  ended(queue: string, n: number): void {
    if (n === 0) return;
    this.#ended.set(queue, (this.#ended.get(queue) ?? 0) + n);
    this.#cancel ??= this.#clock.alarm(RECORD_EVERY_MS, () => {
      this.#cancel = undefined;
      void this.flush().catch((error) => this.#warn(error));
    });
  }

  /** Writes what has not been written yet. What cannot be written is kept for the next time. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    await Promise.all([...this.#ended.keys()].map((queue) => this.#record(queue)));
  }

  #isDue(queue: string): boolean {
    return this.#clock.now() - (this.#recordedAt.get(queue) ?? -Infinity) >= RECORD_EVERY_MS;
  }

  async #record(queue: string): Promise<void> {
    const ended = this.#ended.get(queue) ?? 0;
    const recordedAt = this.#clock.now();
    this.#ended.delete(queue);
    this.#recordedAt.set(queue, recordedAt);
    try {
      await this.#store.recordStatistics(queue, ended, this.#throttledTo(queue));
    } catch (error) {
      this.#recordedAt.delete(queue);
      this.ended(queue, ended);
      throw error;
    }
  }

  #warn(error: unknown): void {
    this.#logger.warn('could not write statistics; retrying', { error });
  }
}
