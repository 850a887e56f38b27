// The server's lock table limits how many queues can be led: a led queue takes two advisory locks, its leader's and,
// while that sleeps, its doorbell. All databases of the server share the lock table. When it is full, nothing can be
// locked any more, in applications too, so dispatchers leave part of it free.

import { LOCKS } from './locks.ts';

const LOCKS_A_QUEUE = 2;
/** The share of the lock table that dispatchers use; the rest is left for locks on tables. */
const DISPATCHER_SHARE = 3 / 4;

/** A setting of the server as a number. */
export const SETTING = (name: string) => `coalesce(pg_catalog.current_setting('${name}', true), '0')::bigint`;

/** Sessions and prepared transactions, each of which adds max_locks_per_transaction entries. */
const SESSIONS = ['max_connections', 'max_prepared_transactions', 'max_worker_processes', 'max_wal_senders']
  .map(SETTING)
  .join(' operator(pg_catalog.+) ');

/** How many queues of all databases of the server can be led. */
export const LEADABLE = `pg_catalog.floor((${SETTING('max_locks_per_transaction')} operator(pg_catalog.*) (${SESSIONS}))
  operator(pg_catalog.*) ${DISPATCHER_SHARE / LOCKS_A_QUEUE})::bigint`;

/** How many more can be led, counting the leader locks of all databases. */
export const ROOM = `greatest(0, ${LEADABLE} operator(pg_catalog.-)
  (select pg_catalog.count(*) from pg_catalog.pg_locks as l
   where l.locktype operator(pg_catalog.=) 'advisory' and l.classid::bigint operator(pg_catalog.=) ${LOCKS.leader}
     and l.mode operator(pg_catalog.=) 'ExclusiveLock'))`;
