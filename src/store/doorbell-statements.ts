// The doorbells of queues: session locks, held exclusively by who sleeps: a push queue's leader, a pull queue's
// waiting worker. An enqueuer that can't share
// the lock knows that someone sleeps, and notifies (_wake).

import type { Executor } from '../postgres/executor.ts';
import { LOCKS } from '../schema/locks.ts';

/** Milliseconds from now until a moment. */
const UNTIL = (moment: string) =>
  `extract(epoch from ${moment} operator(pg_catalog.-) taskqueue.clock()) operator(pg_catalog.*) 1000`;

/** Rows with the ids of the queues whose bell was free: no transaction is open that has added to them without a word. */
export function tryBells(executor: Executor, queueIds: number[]) {
  return executor.query(
    `select q.id from pg_catalog.unnest($1::integer[]) as q(id) where pg_catalog.pg_try_advisory_lock(${LOCKS.bell}, q.id)`,
    [queueIds],
  );
}

export function releaseBells(executor: Executor, queueIds: number[]) {
  return executor.query(
    `select pg_catalog.pg_advisory_unlock(${LOCKS.bell}, q.id) from pg_catalog.unnest($1::integer[]) as q(id)`,
    [queueIds],
  );
}

/** Rows: name, ms until the queue has something to claim, by the clock of the tasks; 0 or less: now; null: nothing is there. */
export function timesToDue(executor: Executor, queues: string[]) {
  return executor.query(
    `select q.name, ${UNTIL('taskqueue.next_due(q.name)')} as ms
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)`,
    [queues],
  );
}

/** One row: ms until a pull queue has something to lease, with a tag: of that tag. As timesToDue. */
export function timeToDue(executor: Executor, queue: string, tag: string | undefined) {
  return executor.query(`select ${UNTIL('taskqueue.next_due($1, $2)')} as ms`, [queue, tag ?? null]);
}
