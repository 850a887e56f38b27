// The doctor's check of the server's lock table.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { LEADABLE, SETTING } from '../lock-table.ts';

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
