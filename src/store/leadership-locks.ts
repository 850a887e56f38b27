// The statements for the session advisory locks of dispatchers.

import { statement } from '../schema/call.ts';
import { ROOM } from '../schema/lock-table.ts';
import { LOCKS } from '../schema/locks.ts';
import { CHANGES } from './table-changes.ts';

export interface HeartbeatRow {
  now: string | number;
  changes: string | number;
  pid: number;
  read_only: string;
}

interface MembershipRow extends HeartbeatRow {
  dispatchers: number;
  led: number;
  took: string | number;
}

/** The time in milliseconds since 1970, and of this connection the pid of its server process and read_only. */
const SESSION = `extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000 as now,
            pg_catalog.pg_backend_pid() as pid, pg_catalog.current_setting('transaction_read_only') as read_only`;

/**
 * One row: announced. It never waits. The key is 0; if an unrelated session holds that key exclusively, any other
 * number serves as well, and nobody can hold them all.
 */
export function announceDispatcher(otherKey: number) {
  return statement<{ announced: boolean }>(
    `select pg_catalog.pg_try_advisory_lock_shared(${LOCKS.dispatcher}, 0)
     or pg_catalog.pg_try_advisory_lock_shared(${LOCKS.dispatcher}, $1::integer) as announced`,
    [otherKey],
  );
}

/** Tells the other dispatchers, which see this one once they count again. */
export function notifyDispatchers() {
  return statement(
    `select pg_catalog.pg_notify('taskqueue_queues', '')
     where pg_catalog.pg_notification_queue_usage() operator(pg_catalog.<) 0.25`,
  );
}

/**
 * One row: announced. Locks the dispatcher's number, which shows others that its requests may be in flight; false: an
 * unrelated session holds the number exclusively.
 */
export function announceClaimer(claimer: number) {
  return statement<{ announced: boolean }>(
    `select pg_catalog.pg_try_advisory_lock_shared(${LOCKS.claimer}, $1::integer) as announced`,
    [claimer],
  );
}

/**
 * Unlocks all queues that this session leads, and its lock as a dispatcher. Its number, which stands for its requests
 * in flight, stays locked.
 */
export function unlockAll() {
  return statement(
    `select case when l.mode operator(pg_catalog.=) 'ShareLock'
     then pg_catalog.pg_advisory_unlock_shared(l.classid::integer, l.objid::integer)
                        else pg_catalog.pg_advisory_unlock(l.classid::integer, l.objid::integer) end as unlocked
     from pg_catalog.pg_locks as l
     where l.locktype operator(pg_catalog.=) 'advisory' and l.objsubid operator(pg_catalog.=) 2
       and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()
       and l.classid::bigint operator(pg_catalog.=) any (array[${LOCKS.leader}, ${LOCKS.dispatcher}]::bigint[])`,
  );
}

/**
 * One row: the numbers of dispatchers and of led queues (not counting locks of roles that may not claim), the time in
 * milliseconds since 1970, a number that grows, up to a second late, as tasks are added, leased and deleted, how many
 * milliseconds this statement took, and of this connection the pid of its server process and read_only.
 */
export function countDispatchers() {
  return statement<MembershipRow>(
    `select pg_catalog.count(distinct l.pid) filter (where l.lock operator(pg_catalog.=) 'dispatcher')::integer
     as dispatchers,
            coalesce(pg_catalog.sum(l.exclusive) filter (where l.lock operator(pg_catalog.=) 'leader'), 0)::integer
              as led,
            ${SESSION}, ${CHANGES},
            extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp())
              operator(pg_catalog.*) 1000 as took
     from taskqueue._grouped_locks as l
     where l.authorized`,
  );
}

/** One row: what countDispatchers says of the time, of changes and of this connection, without a look at the locks. */
export function readHeartbeat() {
  return statement<HeartbeatRow>(`select ${SESSION}, ${CHANGES}`);
}

/**
 * The ids of the queues whose lock was free, in the given order. Takes at most `most` locks, and no more than the
 * server's lock table has room for: the limit ends the scan. Takes none in a server process other than the session's
 * own, where it would stay locked.
 *
 * @param backend process id of the session's server process
 */
export function tryLeaderLocks(queueIds: number[], most: number, backend: number) {
  return statement<{ id: number | string }>(
    `select q.id from pg_catalog.unnest($1::integer[]) as q(id)
     where case when pg_catalog.pg_backend_pid() operator(pg_catalog.=) $3::integer
       then pg_catalog.pg_try_advisory_lock(${LOCKS.leader}, q.id) end
     limit least($2::bigint, ${ROOM})`,
    [queueIds, most, backend],
  );
}

/** The ids of the queues that this session leads. */
export function heldLeaderLocks() {
  return statement<{ id: number | string }>(
    `select l.objid::bigint::integer as id from pg_catalog.pg_locks as l
     where l.locktype operator(pg_catalog.=) 'advisory' and l.classid::bigint operator(pg_catalog.=) ${LOCKS.leader}
       and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid() and l.granted`,
  );
}

/** One row: how many more queues can be led. */
export function leaderRoom() {
  return statement<{ room: number | string }>(`select ${ROOM}::integer as room`);
}

export function unlockLeader(queueId: number) {
  return statement(`select pg_catalog.pg_advisory_unlock(${LOCKS.leader}, $1::integer)`, [queueId]);
}
