// Waits until all tasks are settled. Checking is expensive for the server, because a query of a table with many
// just-deleted rows scans all of them. So nothing checks until every handler was called.

import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const CHECK_EVERY_MS = 5;

/** Counts down the tasks that have reached a handler. */
export class Handled {
  readonly all: Promise<void>;
  readonly #end: () => void;
  #left: number;

  constructor(tasks: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.all = promise;
    this.#end = resolve;
    this.#left = tasks;
  }

  get left(): number {
    return this.#left;
  }

  /** Counts one more task, or several. */
  count(tasks = 1): void {
    this.#left -= tasks;
    if (this.#left <= 0) this.#end();
  }
}

/** Resolves when every task was handled and the query `unsettled` returns no row. */
export async function untilSettled({ all }: Handled, observer: pg.Client, unsettled: string): Promise<void> {
  await all;
  while ((await observer.query(unsettled)).rowCount !== 0) await sleep(CHECK_EVERY_MS);
}
