// Deletes the rows of purged tasks in batches, long after the purge itself has returned.

import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { UpkeepStore } from '../database/ports.ts';

/** Between two batches, so that claims and other queues come first. */
const PAUSE_MS = 20;

export class PurgeCleaner {
  readonly #store: Pick<UpkeepStore, 'cleanPurged'>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #ending = new AbortController();
  readonly #waiting = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(store: Pick<UpkeepStore, 'cleanPurged'>, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Starts or continues cleaning. A queue that cannot be cleaned now is cleaned when it is passed in again. */
  clean(queues: string[]): void {
    for (const queue of queues) this.#waiting.add(queue);
    if (this.#waiting.size === 0 || this.#ending.signal.aborted) return;
    this.#running ??= this.#cleanAll().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #cleanAll(): Promise<void> {
    for (const queue of this.#waiting) {
      await this.#cleanOne(queue).catch((error) =>
        this.#logger.warn('could not delete the rows of purged tasks', { queue, error }),
      );
      this.#waiting.delete(queue);
    }
  }

  async #cleanOne(queue: string): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted && (await this.#store.cleanPurged(queue)) > 0) await this.#clock.sleep(PAUSE_MS, signal);
  }
}
