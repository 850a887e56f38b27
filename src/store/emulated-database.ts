// A database of an emulator, which can begin again, and whose clock can be moved. Nothing else may use it.

import { run, runOne, statement } from '../schema/call.ts';
import { asOwner } from './as-owner.ts';
import { readDate } from './values.ts';

export class EmulatedDatabase {
  readonly #connectionString: string;
  #aheadMicroseconds = 0;

  /** @param connectionString of the schema's owner or a superuser */
  constructor(connectionString: string) {
    this.#connectionString = connectionString;
  }

  /** Removes all tasks, dead and completed ones too, and forgets the names of tasks and of deleted queues. */
  async reset(): Promise<void> {
    await asOwner(this.#connectionString, (owner) => run(owner, statement('select taskqueue._reset()')));
  }

  /** Moves the clock forward, and wakes dispatchers and workers that wait for a due time. Returns its time. */
  async advance(seconds: number): Promise<Date> {
    return asOwner(this.#connectionString, async (owner) => {
      const step = Math.round(seconds * 1_000_000);
      if (step > 0) {
        this.#aheadMicroseconds += step;
        await run(owner, clockAhead(this.#aheadMicroseconds));
        await run(owner, statement('select taskqueue._notify(q.id) from taskqueue._queues as q'));
      }
      return readDate((await runOne(owner, NOW)).now);
    });
  }
}

const NOW = statement<{ now: string }>(
  'select (extract(epoch from taskqueue._now()) operator(pg_catalog.*) 1000000)::pg_catalog.int8 as now',
);

/** A function without a table costs nothing but a sum, and replacing it makes sessions plan again. */
function clockAhead(microseconds: number) {
  return statement(`create or replace function taskqueue._now() returns pg_catalog.timestamptz language sql volatile
    return pg_catalog.clock_timestamp() operator(pg_catalog.+) interval '${microseconds} microseconds'`);
}
