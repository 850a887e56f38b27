// The check for advisory locks held by sessions without a right to them: any role that can connect can take any lock.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { endSessionSql } from './end-session.ts';

/** Maximum number of locks listed. */
const MOST_NAMED = 5;

const HOLDERS = `select l.pid, l.lock, l.queue, l.role, l.application_name,
        extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) l.since)::double precision as seconds
   from taskqueue.locks as l where not l.authorized order by l.pid, l.lock, l.queue`;

interface HolderRow {
  pid: number;
  lock: string;
  queue: string | null;
  role: string;
  application_name: string;
  /** How long the session has been connected; null: the role may not see it. */
  seconds: number | null;
}

export async function lockHolders(executor: Executor): Promise<Finding> {
  const { rows }: { rows: HolderRow[] } = await executor.query(HOLDERS, []);
  if (rows.length === 0)
    return {
      check: 'locks',
      level: 'ok',
      detail: "pgtaskqueue's advisory locks are held only by sessions with a right to them",
    };
  const more = rows.length > MOST_NAMED ? `, and ${rows.length - MOST_NAMED} more` : '';
  const pids = [...new Set(rows.map(({ pid }) => pid))];
  return {
    check: 'locks',
    level: 'fail',
    detail: `held by sessions without a right to them: ${rows.slice(0, MOST_NAMED).map(inWords).join('; ')}${more}`,
    remedy: 'End the session, and revoke connect from roles that do not need this database.',
    sql: endSessionSql(pids[0]),
    queues: [...new Set(rows.flatMap(({ queue }) => queue ?? []))],
  };
}

function inWords({ pid, lock, queue, role, application_name: name, seconds }: HolderRow): string {
  const age = seconds === null ? '' : `, connected for ${Math.round(seconds)} s`;
  const of = queue === null ? '' : ` of queue ${queue}`;
  return `lock ${lock}${of} by session ${pid} (role ${role}, ${name || 'no name'}${age})`;
}
