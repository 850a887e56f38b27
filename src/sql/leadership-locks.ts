// The session advisory locks of dispatchers, and beside them the others of two keys. Two keys each, so that they share no number with locks of one key.
//
//   (8123001, queue id)  exclusive: leader of the queue
//   (8123002, queue id)  exclusive: the leader sleeps (doorbell.ts)
//   (8123003, 0)         shared: a dispatcher is connected
//   (8123004, 0)         exclusive: a lease call steps a floor (migrations/functions/private/_step_floor.sql)
//   (8123005, target)    exclusive, in a transaction: the keys of a target are rotated or revoked (migrations/functions/rotate_key.sql)
//   (8123007, 0)         exclusive, in a transaction: a cron file is applied (migrations/functions/apply_crons.sql)
//   (8123008, queue id)  exclusive, in a transaction: a queue that nobody leads is swept (migrations/functions/maintain_queue.sql)
//   (8123009, 0)         exclusive: the scheduler's schema is made (scheduler-schema.ts)
//   (8123010, 0)         exclusive: an add measures how many bytes the tasks take (migrations/functions/private/_has_room.sql)
//
// Session locks, so that a connection's death frees them, and no heartbeat is ever written.

import type { Executor } from './executor.ts';
import { CHANGES } from './keeper.ts';

export function announceDispatcher(executor: Executor) {
  return executor.query('select pg_catalog.pg_advisory_lock_shared(8123003, 0)', []);
}

/**
 * One row: dispatchers and led queues (integers), now (milliseconds since 1970), and changes, a number that grows, a second late, as
 * tasks are added, leased and deleted.
 */
export function countDispatchers(executor: Executor) {
  return executor.query(
    `select pg_catalog.count(*) filter (where l.classid operator(pg_catalog.=) 8123003 and l.objid operator(pg_catalog.=) 0)::integer as dispatchers,
            pg_catalog.count(*) filter (where l.classid operator(pg_catalog.=) 8123001)::integer as led,
            extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000 as now, ${CHANGES}
     from pg_catalog.pg_locks as l
     where l.locktype operator(pg_catalog.=) 'advisory' and l.classid operator(pg_catalog.=) any (array[8123001, 8123003]::pg_catalog.oid[])
       and l.objsubid operator(pg_catalog.=) 2 and l.granted
       and l.database operator(pg_catalog.=)
           (select d.oid from pg_catalog.pg_database as d where d.datname operator(pg_catalog.=) pg_catalog.current_database())`,
    [],
  );
}

/** Rows with the ids of the queues whose lock was free, in the given order. No lock beyond `most` is touched: the limit ends the scan. */
export function tryLeaderLocks(executor: Executor, queueIds: number[], most: number) {
  return executor.query(
    'select q.id from pg_catalog.unnest($1::integer[]) as q(id) where pg_catalog.pg_try_advisory_lock(8123001, q.id) limit $2::integer',
    [queueIds, most],
  );
}

export function unlockLeader(executor: Executor, queueId: number) {
  return executor.query('select pg_catalog.pg_advisory_unlock(8123001, $1::integer)', [queueId]);
}
