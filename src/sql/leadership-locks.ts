// The session advisory locks of dispatchers. Session locks, so that a connection's death frees them, and no heartbeat is ever written.

import type { Executor } from './executor.ts';
import { LOCKS } from './locks.ts';

/**
 * One row: announced. It never waits. The key is 0; where a stranger keeps that one to himself, any other number says as much, and he can't hold
 * them all.
 */
export function announceDispatcher(executor: Executor, otherKey: number) {
  return executor.query(
    `select pg_try_advisory_lock_shared(${LOCKS.dispatcher}, 0) or pg_try_advisory_lock_shared(${LOCKS.dispatcher}, $1::integer) as announced`,
    [otherKey],
  );
}

/**
 * One row: dispatchers and led queues (integers; locks of those who may not claim don't count), now (milliseconds since 1970), and changes, a
 * number that grows, a second late, as tasks are added, leased and deleted.
 */
export function countDispatchers(executor: Executor) {
  return executor.query(
    `select count(distinct l.pid) filter (where l.lock = 'dispatcher')::integer as dispatchers,
            count(*) filter (where l.lock = 'leader' and l.exclusive)::integer as led,
            extract(epoch from clock_timestamp())::double precision * 1000 as now,
            (select pg_stat_get_tuples_inserted(t.oid) + pg_stat_get_tuples_updated(t.oid) + pg_stat_get_tuples_deleted(t.oid) as changes
             from (select 'taskqueue._tasks'::regclass) as t(oid))
     from taskqueue.locks as l
     where l.rightful`,
    [],
  );
}

/** Rows with the ids of the queues whose lock was free, in the given order. No lock beyond `most` is touched: the limit ends the scan. */
export function tryLeaderLocks(executor: Executor, queueIds: number[], most: number) {
  return executor.query(
    `select q.id from unnest($1::integer[]) as q(id) where pg_try_advisory_lock(${LOCKS.leader}, q.id) limit $2::integer`,
    [queueIds, most],
  );
}

export function unlockLeader(executor: Executor, queueId: number) {
  return executor.query(`select pg_advisory_unlock(${LOCKS.leader}, $1::integer)`, [queueId]);
}
