// The statements about the session advisory locks of dispatchers.

import { statement } from '../schema/call.ts';
import { ROOM } from '../schema/lock-room.ts';
import { LOCKS } from '../schema/locks.ts';
import { CHANGES } from './table-changes.ts';

interface MembershipRow {
  dispatchers: number;
  led: number;
  now: string | number;
  changes: string | number;
  pid: number;
  read_only: string;
}

/**
 * One row: announced. It never waits. The key is 0; where a stranger keeps that one to himself, any other number says as much, and he can't hold
 * them all.
 */
export function announceDispatcher(otherKey: number) {
  return statement<{ announced: boolean }>(
    `select pg_catalog.pg_try_advisory_lock_shared(${LOCKS.dispatcher}, 0) or pg_catalog.pg_try_advisory_lock_shared(${LOCKS.dispatcher}, $1::integer) as announced`,
    [otherKey],
  );
}

/** One row: announced. HostBackoff the dispatcher's number, for others to see that its requests may be under way; false: a stranger keeps it to himself. */
export function announceClaimer(claimer: number) {
  return statement<{ announced: boolean }>(
    `select pg_catalog.pg_try_advisory_lock_shared(${LOCKS.claimer}, $1::integer) as announced`,
    [claimer],
  );
}

/** Rows of true: this session leads no queue any more, and is no dispatcher. What tells of its requests under way, its number, stays. */
export function unlockAll() {
  return statement(
    `select case when l.mode operator(pg_catalog.=) 'ShareLock' then pg_catalog.pg_advisory_unlock_shared(l.classid::integer, l.objid::integer)
                        else pg_catalog.pg_advisory_unlock(l.classid::integer, l.objid::integer) end as unlocked
     from pg_catalog.pg_locks as l
     where l.locktype operator(pg_catalog.=) 'advisory' and l.objsubid operator(pg_catalog.=) 2 and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
       and l.classid::bigint operator(pg_catalog.=) any (array[${LOCKS.leader}, ${LOCKS.dispatcher}]::bigint[])`,
  );
}

/**
 * One row: dispatchers and led queues (integers; locks of those who may not claim don't count), now (milliseconds since 1970), and changes, a
 * number that grows, a second late, as tasks are added, leased and deleted; and of the connection pid, of its server process, and read_only.
 */
export function countDispatchers() {
  return statement<MembershipRow>(
    `select pg_catalog.count(distinct l.pid) filter (where l.lock operator(pg_catalog.=) 'dispatcher')::integer as dispatchers,
            coalesce(pg_catalog.sum(l.exclusive) filter (where l.lock operator(pg_catalog.=) 'leader'), 0)::integer as led,
            extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000 as now, ${CHANGES},
            pg_catalog.pg_backend_pid() as pid, pg_catalog.current_setting('transaction_read_only') as read_only
     from taskqueue._grouped_locks as l
     where l.authorized`,
  );
}

/**
 * Rows with the ids of the queues whose lock was free, in the given order. No lock beyond `most`, nor beyond what the server's lock table has room for, is
 * touched: the limit ends the scan. And none in a server process other than the session's own: it would stay there.
 *
 * @param backend process id of the session's server process
 */
export function tryLeaderLocks(queueIds: number[], most: number, backend: number) {
  return statement<{ id: number | string }>(
    `select q.id from pg_catalog.unnest($1::integer[]) as q(id)
     where case when pg_catalog.pg_backend_pid() operator(pg_catalog.=) $3::integer then pg_catalog.pg_try_advisory_lock(${LOCKS.leader}, q.id) end
     limit least($2::bigint, ${ROOM})`,
    [queueIds, most, backend],
  );
}

/** Rows with the ids of the queues that this session leads. */
export function heldLeaderLocks() {
  return statement<{ id: number | string }>(
    `select l.objid::bigint::integer as id from pg_catalog.pg_locks as l
     where l.locktype operator(pg_catalog.=) 'advisory' and l.classid::bigint operator(pg_catalog.=) ${LOCKS.leader}
       and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid() and l.granted`,
  );
}

/** One row: room, for the locks of so many queues more. */
export function leaderRoom() {
  return statement<{ room: number | string }>(`select ${ROOM}::integer as room`);
}

export function unlockLeader(queueId: number) {
  return statement(`select pg_catalog.pg_advisory_unlock(${LOCKS.leader}, $1::integer)`, [queueId]);
}
