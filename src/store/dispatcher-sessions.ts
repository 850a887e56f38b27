// The dispatchers that are connected, as their sessions and locks show them.

import type { Executor } from '../postgres/executor.ts';
import { run, statement } from '../schema/call.ts';
import { microseconds } from '../schema/columns.ts';
import type { BigintValue } from '../schema/rows.ts';
import { readDateOrNull } from './values.ts';

/** A connected dispatcher. */
export interface DispatcherSession {
  /** Process id of its session in PostgreSQL. */
  pid: number;
  application: string;
  since: Date | null;
  role: string | null;
  /** Address of the process; null: local, or hidden. */
  client: string | null;
  /** The queues it leads, by name. */
  queues: string[];
}

/** A session that holds a lock of pgtaskqueue without a right to it. */
export interface UnauthorizedLock {
  pid: number;
  lock: string;
  queue: string | null;
  role: string | null;
  application: string;
  since: Date | null;
}

const DISPATCHERS = `select d.pid, d.application_name as application, ${microseconds('d.since')} as since, d.queues,
         a.usename::pg_catalog.text as role, pg_catalog.host(a.client_addr) as client
  from taskqueue.dispatchers as d
  left join pg_catalog.pg_stat_activity as a on a.pid operator(pg_catalog.=) d.pid
  order by d.since, d.pid`;

/** Lists the dispatchers, the oldest first. */
export async function listDispatcherSessions(executor: Executor): Promise<DispatcherSession[]> {
  const rows = await run(
    executor,
    statement<Omit<DispatcherSession, 'since'> & { since: BigintValue | null }>(DISPATCHERS),
  );
  return rows.map(({ since, ...row }) => ({ ...row, since: readDateOrNull(since) }));
}

const UNAUTHORIZED = `select l.pid, l.lock, l.queue, l.role, l.application_name as application,
    ${microseconds('l.since')} as since
  from taskqueue.locks as l where not l.authorized order by l.pid, l.lock, l.queue limit 100`;

/** Lists locks of sessions that have no right to them. They are ignored, and slow things down. */
export async function listUnauthorizedLocks(executor: Executor): Promise<UnauthorizedLock[]> {
  const rows = await run(
    executor,
    statement<Omit<UnauthorizedLock, 'since'> & { since: BigintValue | null }>(UNAUTHORIZED),
  );
  return rows.map(({ since, ...row }) => ({ ...row, since: readDateOrNull(since) }));
}
