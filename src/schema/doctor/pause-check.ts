// The doctor's check for pauses that somebody may have forgotten.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

const PAUSED = `select q.name, q.paused_reason as reason, q.paused_until is not null as ends,
    extract(epoch from q.paused_until operator(pg_catalog.-) pg_catalog.clock_timestamp())::double precision as seconds
  from taskqueue.queues as q
  where q.state operator(pg_catalog.=) 'paused'
    and q.due operator(pg_catalog.>) 0
  order by (q.paused_until is not null), q.oldest_due`;

interface PausedRow {
  name: string;
  reason: string | null;
  ends: boolean;
  seconds: number | null;
}

/** Finds paused queues with due tasks, those that don't resume by themselves first. */
export async function pausedBacklogs(executor: Executor): Promise<Finding> {
  const { rows }: { rows: PausedRow[] } = await executor.query(PAUSED, []);
  const [first] = rows;
  if (first === undefined) return { check: 'pauses', level: 'ok', detail: 'no paused queue has due tasks' };
  const { name, reason, ends, seconds } = first;
  const end = ends ? `, for another ${Math.ceil(Number(seconds) / 60)} min` : '';
  const more = rows.length > 1 ? `; ${rows.length - 1} more paused queues have due tasks` : '';
  return {
    check: 'pauses',
    level: 'fail',
    detail: `queue ${name} is paused${end}${reason === null ? '' : ` (${reason})`}, and its tasks wait${more}`,
    remedy: `Resume it: pgtaskqueue queues resume ${name}`,
    sql: `select * from taskqueue.resume_queue('${name}');`,
    queues: [name],
  };
}
