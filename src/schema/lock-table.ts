// The room in the server's lock table, which limits how many queues can be led: a led queue takes two advisory locks,
// its leader's and, while that sleeps, its doorbell. All databases of the server share the lock table. When it is full,
// nothing can be locked any more, in applications too, so dispatchers leave part of it free.

import type { Finding } from '../domain/finding.ts';
import type { Executor } from '../postgres/executor.ts';
import { LOCKS } from './locks.ts';

const LOCKS_A_QUEUE = 2;
/** The share of the lock table that dispatchers use; the rest is left for locks on tables. */
const OUR_SHARE = 3 / 4;

const SETTING = (name: string) => `coalesce(pg_catalog.current_setting('${name}', true), '0')::bigint`;

/** Sessions and prepared transactions, each of which adds max_locks_per_transaction entries. */
const SESSIONS = ['max_connections', 'max_prepared_transactions', 'max_worker_processes', 'max_wal_senders']
  .map(SETTING)
  .join(' operator(pg_catalog.+) ');

/** How many queues of all databases of the server can be led. */
const LEADABLE = `pg_catalog.floor((${SETTING('max_locks_per_transaction')} operator(pg_catalog.*) (${SESSIONS})) operator(pg_catalog.*) ${OUR_SHARE / LOCKS_A_QUEUE})::bigint`;

/** How many more can be led, counting the leader locks of all databases. */
export const ROOM = `greatest(0, ${LEADABLE} operator(pg_catalog.-)
  (select pg_catalog.count(*) from pg_catalog.pg_locks as l
   where l.locktype operator(pg_catalog.=) 'advisory' and l.classid::bigint operator(pg_catalog.=) ${LOCKS.leader} and l.mode operator(pg_catalog.=) 'ExclusiveLock'))`;

const CAPACITY = `select (select pg_catalog.count(*) from taskqueue.queues)::bigint as queues, ${LEADABLE} as leadable,
  ${SETTING('max_locks_per_transaction')} as setting`;

/** Checks whether the server's lock table is large enough for the queues of this database. */
export async function lockTable(executor: Executor): Promise<Finding> {
  const { rows } = await executor.query(CAPACITY, []);
  const [queues, leadable, setting] = [Number(rows[0].queues), Number(rows[0].leadable), Number(rows[0].setting)];
  if (queues <= leadable)
    return {
      check: 'lock table',
      level: 'ok',
      detail: `room for the locks of ${leadable} queues; the database has ${queues}`,
    };
  return {
    check: 'lock table',
    level: 'warn',
    detail: `${queues} queues, but room for the locks of only ${leadable}: the others have no leader`,
    remedy: `Raise max_locks_per_transaction from ${setting} to ${Math.ceil((setting * queues) / leadable / 64) * 64} or more, and restart PostgreSQL.`,
  };
}
