// Rows, keys and queues that a relay leaves alone for a while, because a row was refused. The others continue.

import type { Clock } from '../runtime/clock.ts';
import { type LeftOut, lane, type OutboxRow } from './outbox.ts';

const SECONDS = 30;

/** Most rows set aside by themselves. Beyond that their queue is. */
const MOST_ROWS = 1_000;

export class SetAside {
  readonly #clock: Clock;
  readonly #rows = new Map<string, number>();
  readonly #lanes = new Map<string, number>();
  readonly #queues = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many rows and queues wait for another try. */
  get size(): number {
    return this.#rows.size + this.#queues.size;
  }

  setRow(row: OutboxRow): void {
    if (this.#rows.size < MOST_ROWS) this.#rows.set(row.id, this.#until());
    else this.setQueue(row.queue);
    if (row.key !== null) this.#lanes.set(lane(row), this.#until());
  }

  setQueue(queue: string): void {
    this.#queues.set(queue, this.#until());
  }

  hasLaneOf(row: OutboxRow): boolean {
    return row.key !== null && this.#lanes.has(lane(row));
  }

  hasQueue(queue: string): boolean {
    return this.#queues.has(queue);
  }

  /** What to leave out now. */
  leftOut(): LeftOut {
    const now = this.#clock.now();
    for (const each of [this.#rows, this.#lanes, this.#queues])
      for (const [name, until] of each) if (until <= now) each.delete(name);
    return { ids: [...this.#rows.keys()], lanes: [...this.#lanes.keys()], queues: [...this.#queues.keys()] };
  }

  #until(): number {
    return this.#clock.now() + SECONDS * 1000;
  }
}
