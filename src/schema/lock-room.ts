// How many queues can be led at once: a led queue takes two advisory locks, its leader's and, while that sleeps, its bell's. They live in the server's
// lock table, which all its databases share. When that is full, nobody can lock any more, applications included; so dispatchers leave part of it to others.

import type { Finding } from '../domain/finding.ts';
import type { Executor } from '../postgres/executor.ts';
import { LOCKS } from './locks.ts';

const LOCKS_A_QUEUE = 2;
/** Of the lock table that dispatchers fill: the rest is for those who use tables. */
const OUR_SHARE = 3 / 4;

const SETTING = (name: string) => `coalesce(pg_catalog.current_setting('${name}', true), '0')::bigint`;

/** Sessions and prepared transactions, each of which brings max_locks_per_transaction places along. */
const SESSIONS = ['max_connections', 'max_prepared_transactions', 'max_worker_processes', 'max_wal_senders']
  .map(SETTING)
  .join(' operator(pg_catalog.+) ');

/** How many queues of all the server's databases can be led. */
const LEADABLE = `pg_catalog.floor((${SETTING('max_locks_per_transaction')} operator(pg_catalog.*) (${SESSIONS})) operator(pg_catalog.*) ${OUR_SHARE / LOCKS_A_QUEUE})::bigint`;

/** How many more can be led: whoever shows up with such a lock counts, wherever it is. */
export const ROOM = `greatest(0, ${LEADABLE} operator(pg_catalog.-)
  (select pg_catalog.count(*) from pg_catalog.pg_locks as l
   where l.locktype operator(pg_catalog.=) 'advisory' and l.classid::bigint operator(pg_catalog.=) ${LOCKS.leader} and l.mode operator(pg_catalog.=) 'ExclusiveLock'))`;

const CAPACITY = `select (select pg_catalog.count(*) from taskqueue.queues)::bigint as queues, ${LEADABLE} as leadable,
  ${SETTING('max_locks_per_transaction')} as setting`;

/** Is the server's lock table large enough for the queues of this database? */
export async function lockTable(executor: Executor): Promise<Finding> {
  const { rows } = await executor.query(CAPACITY, []);
  const [queues, leadable, setting] = [Number(rows[0].queues), Number(rows[0].leadable), Number(rows[0].setting)];
  if (queues <= leadable)
    return {
      check: 'lock table',
      level: 'ok',
      detail: `room for the locks of ${leadable} queues; ${queues} are there`,
    };
  return {
    check: 'lock table',
    level: 'warn',
    detail: `${queues} queues, and room for the locks of ${leadable}: nobody leads the others`,
    remedy: `Raise max_locks_per_transaction from ${setting} to ${Math.ceil((setting * queues) / leadable / 64) * 64} or more, and restart PostgreSQL.`,
  };
}
