// The schedule of sweeps. A busy queue is swept once a minute and an idle one once an hour. New queues are swept within
// their first hour, a few per refresh if many appear together. A queue that needs more than one sweep is swept again at
// the next refresh. Partitions by time are swept a minute after the start and once an hour.

import type { Clock } from '../../runtime/clock.ts';
import type { UpkeepStore } from '../database/ports.ts';

const BUSY_MS = 60_000;
const IDLE_MS = 3_600_000;
/** Queues that share a statement, and so a transaction. */
const TOGETHER = 10;
/** Between the first sweeps of groups of new queues. */
const APART_MS = 30_000;

interface Swept {
  /** Milliseconds. */
  at: number;
  busy: boolean;
}

export class SweepSchedule {
  readonly #store: Pick<UpkeepStore, 'sweep' | 'sweepPartitions'>;
  readonly #clock: Clock;
  readonly #swept = new Map<string, Swept>();
  /** The first time is a minute after the start: creating partitions would compete with the first tasks. */
  #partitionsSweptAt: number;

  constructor(store: Pick<UpkeepStore, 'sweep' | 'sweepPartitions'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#partitionsSweptAt = clock.now() + BUSY_MS - IDLE_MS;
  }

  /** Marks a queue as busy. */
  busy(queue: string): void {
    const swept = this.#swept.get(queue);
    if (swept) swept.busy = true;
  }

  /** Sweeps those of the queues that are due. */
  async sweep(queues: string[]): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#partitionsSweptAt >= IDLE_MS) {
      this.#partitionsSweptAt = now;
      await this.#store.sweepPartitions();
    }
    for (const known of this.#swept.keys()) if (!queues.includes(known)) this.#swept.delete(known);
    const unseen = queues.filter((queue) => !this.#swept.has(queue));
    for (const [i, queue] of unseen.entries()) {
      const first = now + BUSY_MS + ((Math.floor(i / TOGETHER) * APART_MS) % IDLE_MS);
      this.#swept.set(queue, { at: first - IDLE_MS, busy: false });
    }
    const due = queues.filter((queue) => this.#isDue(queue, now));
    while (due.length > 0) {
      const together = due.splice(0, TOGETHER);
      for (const queue of together) this.#swept.set(queue, { at: now, busy: false });
      const unfinished = await this.#store.sweep(together);
      for (const queue of unfinished) this.#swept.set(queue, { at: now - BUSY_MS, busy: true });
    }
  }

  #isDue(queue: string, now: number): boolean {
    const swept = this.#swept.get(queue);
    return swept !== undefined && now - swept.at >= (swept.busy ? BUSY_MS : IDLE_MS);
  }
}
