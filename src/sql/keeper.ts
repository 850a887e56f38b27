// The keeper's steps, for several queues at once. Moments travel as text: a Date would lose their microseconds.

import type { Executor } from './executor.ts';

/** One row: horizon (text), and changes: a number that grows, a second late, as tasks are added, leased and deleted. */
export function keeperHorizon(executor: Executor) {
  return executor.query(
    `select taskqueue.keeper_horizon()::text as horizon,
            pg_stat_get_tuples_inserted(t.oid) + pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) as changes
     from (select 'taskqueue._tasks'::regclass) as t(oid)`,
    [],
  );
}

/** Rows: name, floor (text; null: the queue is gone): where each queue's floor may be. */
export function advanceFloors(executor: Executor, queues: string[], horizon: string, marginMs: number) {
  return executor.query(
    `select q.name, taskqueue.advance_floor(q.name, $2::timestamptz - $3::double precision * interval '1 millisecond')::text as floor
     from unnest($1::text[]) as q(name)`,
    [queues, horizon, marginMs],
  );
}

export function raiseFloors(executor: Executor, queues: string[], floors: string[]) {
  return executor.query(
    'select taskqueue.raise_floor(q.name, q.floor::timestamptz) from unnest($1::text[], $2::text[]) as q(name, floor)',
    [queues, floors],
  );
}
