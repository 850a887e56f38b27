// Do only those hold our advisory locks who have a right to? Everyone who may connect can take any.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

/** So many are named. */
const MOST_NAMED = 5;

const STRANGERS = `select l.pid, l.lock, l.queue, l.role, l.application_name,
        extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) l.since)::double precision as seconds
   from taskqueue.locks as l where not l.authorized order by l.pid, l.lock, l.queue`;

interface StrangerRow {
  pid: number;
  lock: string;
  queue: string | null;
  role: string;
  application_name: string;
  /** How long it has been connected; null: the reader may not see it. */
  seconds: number | null;
}

export async function strangers(executor: Executor): Promise<Finding> {
  const { rows }: { rows: StrangerRow[] } = await executor.query(STRANGERS, []);
  if (rows.length === 0)
    return { check: 'locks', level: 'ok', detail: 'whoever holds one of our advisory locks has a right to it' };
  const more = rows.length > MOST_NAMED ? `, and ${rows.length - MOST_NAMED} more` : '';
  const pids = [...new Set(rows.map(({ pid }) => pid))];
  return {
    check: 'locks',
    level: 'fail',
    detail: `held without a right to it: ${rows.slice(0, MOST_NAMED).map(inWords).join('; ')}${more}`,
    remedy: `End the session: select pg_terminate_backend(${pids[0]}); and revoke connect from a role that has no business here.`,
  };
}

function inWords({ pid, lock, queue, role, application_name: name, seconds }: StrangerRow): string {
  const age = seconds === null ? '' : `, connected for ${Math.round(seconds)} s`;
  const of = queue === null ? '' : ` of queue ${queue}`;
  return `lock ${lock}${of} by session ${pid} (role ${role}, ${name || 'no name'}${age})`;
}
