// The doctor's check for tasks that were taken out of a queue and never arrived anywhere.

import type { Finding } from '../../domain/finding.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { Executor } from '../../postgres/executor.ts';

const HELD = `select e.queue, e.tasks::integer as tasks, e.destination,
    extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) e.since)::integer as seconds
  from taskqueue.exports as e
  where e.since operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-) interval '1 day')
  order by e.since`;

/** A destination that a move had, and not one that was written for people. */
const ADDRESS = /^([a-z][a-z0-9-]*|postgres(ql)?:\/\/\S+)$/;

interface HeldRow {
  queue: string;
  tasks: number;
  destination: string;
  seconds: number;
}

/** Finds exports that were begun more than a day ago. */
export async function unfinishedExports(executor: Executor): Promise<Finding> {
  const { rows }: { rows: HeldRow[] } = await executor.query(HELD, []);
  const [first] = rows;
  if (first === undefined) return { check: 'exports', level: 'ok', detail: 'no export has been unfinished for a day' };
  const { queue, tasks, destination, seconds } = first;
  const where = destination === '' ? '' : ` to ${destination}`;
  return {
    check: 'exports',
    level: 'warn',
    detail: `queue ${queue} has held tasks for an export${where} for ${Math.floor(seconds / 3600)} hours, ${tasks} in all; they run nowhere`,
    remedy: [
      ...(ADDRESS.test(destination)
        ? [`Repeat the move: pgtaskqueue tasks move ${queue} --to ${shellWord(destination)}`]
        : []),
      `After an import of all of them: pgtaskqueue tasks export ${queue} --finish`,
      `If none has arrived: pgtaskqueue tasks export ${queue} --undo`,
    ].join('\n'),
    queues: rows.map((row) => row.queue),
  };
}
