// The keeper's steps, for several queues at once. Moments travel as microseconds since 1970: a Date would lose them, and texts depend on settings.

import type { Executor } from '../postgres/executor.ts';
import { microseconds, momentOf } from '../schema/columns.ts';

/** One row: horizon (microseconds), and changes: a number that grows, a second late, as tasks are added, leased and deleted. */
export function keeperHorizon(executor: Executor) {
  return executor.query(`select ${microseconds('taskqueue.clock()')} as horizon, ${CHANGES}`, []);
}

/** PostgreSQL's own count of what was done to the table of tasks. */
export const CHANGES = `(select pg_catalog.pg_stat_get_tuples_inserted(t.oid) operator(pg_catalog.+) pg_catalog.pg_stat_get_tuples_updated(t.oid)
                               operator(pg_catalog.+) pg_catalog.pg_stat_get_tuples_deleted(t.oid)
                        from (select 'taskqueue._tasks'::pg_catalog.regclass) as t(oid)) as changes`;

/** Rows: name, floor (microseconds; null: the queue is gone): where each queue's floor may be. */
export function advanceFloors(executor: Executor, queues: string[], until: string) {
  return executor.query(
    `select q.name, ${microseconds(`taskqueue.advance_floor(q.name, ${momentOf('$2')})`)} as floor
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)`,
    [queues, until],
  );
}

export function raiseFloors(executor: Executor, queues: string[], floors: string[]) {
  return executor.query(
    `select taskqueue.raise_floor(q.name, ${momentOf('q.floor')})
     from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::bigint[])) as q(name, floor)`,
    [queues, floors],
  );
}
