// The doctor's checks of what fails: tasks without a target, failing queues, deaths.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { ifReadable } from './readable.ts';

/** Maximum number of queues named. */
const MOST_NAMED = 5;

/** Queues in a condition, each with its latest failure. */
const IN_CONDITION = `select q.name, q.failed_last_minute::integer as failed, q.succeeded_last_minute::integer as succeeded,
    l.status, coalesce(l.error, l.response) as error
  from taskqueue.queues as q
  left join lateral (select a.status, a.error, a.response from taskqueue.attempts as a
    where a.queue operator(pg_catalog.=) q.name and a.reason is not null order by a.ended desc limit 1) as l on true
  where q.condition operator(pg_catalog.=) $1
  order by q.failed_last_minute desc, q.name`;

interface QueueRow {
  name: string;
  failed: number;
  succeeded: number;
  status: number | null;
  error: string | null;
}

async function inCondition(executor: Executor, condition: 'no target' | 'failing'): Promise<QueueRow[]> {
  return (await executor.query(IN_CONDITION, [condition])).rows as QueueRow[];
}

/** Finds queues whose tasks wait because they had nowhere to go. */
export function tasksWithoutTarget(executor: Executor): Promise<Finding> {
  const check = 'targets';
  return ifReadable(executor, 'attempts', check, async () => {
    const [first, ...others] = await inCondition(executor, 'no target');
    if (first === undefined) return { check, level: 'ok', detail: 'tasks that wait have one' };
    return {
      check,
      level: 'fail',
      queues: [first, ...others].map(({ name }) => name),
      detail: `tasks of queue ${first.name} have no target: ${first.error ?? 'it is unknown'}${also('', others)}`,
      remedy: `Set it: pgtaskqueue targets set NAME URL\nSee the tasks: pgtaskqueue tasks attempts ${first.name}`,
    };
  });
}

/** Finds queues of which most attempts failed in the last minute. */
export function failingQueues(executor: Executor): Promise<Finding> {
  const check = 'failures';
  return ifReadable(executor, 'attempts', check, async () => {
    const [worst, ...others] = await inCondition(executor, 'failing');
    if (worst === undefined) return { check, level: 'ok', detail: 'no queue fails most of its attempts' };
    const { name, failed, succeeded, status, error } = worst;
    const how = [status ? `status ${status}` : '', error ?? ''].filter(Boolean).join(': ');
    return {
      check,
      level: 'fail',
      queues: [worst, ...others].map((each) => each.name),
      detail: `queue ${name}: ${failed} of ${failed + succeeded} attempts failed in the last minute${how && `, the latest with ${how}`}${also(' failing', others)}`,
      remedy: `See why: pgtaskqueue tasks attempts ${name}`,
    };
  });
}

const DEATHS = `select d.queue as name, pg_catalog.count(*)::integer as dead
  from (select t.queue from taskqueue.dead_tasks as t
    where t.died operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) interval '1 hour')
    limit 1000) as d
  group by d.queue order by dead desc, d.queue`;

/** Finds tasks that died in the last hour. */
export function deaths(executor: Executor): Promise<Finding> {
  const check = 'dead tasks';
  return ifReadable(executor, 'dead_tasks', check, async () => {
    const { rows }: { rows: { name: string; dead: number }[] } = await executor.query(DEATHS, []);
    const [first] = rows;
    if (first === undefined) return { check, level: 'ok', detail: 'no task died in the last hour' };
    const named = rows.slice(0, MOST_NAMED).map(({ name, dead }) => `${dead} of queue ${name}`);
    return {
      check,
      level: 'fail',
      queues: rows.map(({ name }) => name),
      detail: `died in the last hour: ${named.join(', ')}${rows.length > MOST_NAMED ? ', and others' : ''}`,
      remedy: `See why: pgtaskqueue tasks dead ${first.name}\nPut them back: pgtaskqueue tasks requeue ${first.name} --all`,
    };
  });
}

function also(what: string, queues: readonly { name: string }[]): string {
  const named = queues.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = queues.length > MOST_NAMED ? ` and ${queues.length - MOST_NAMED} more` : '';
  return named.length === 0 ? '' : `; also${what}: ${named.join(', ')}${more}`;
}
