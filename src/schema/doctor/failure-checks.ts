// The doctor's checks of what fails: tasks without a target, failing queues, deaths.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';
import { ifReadable } from './readable.ts';

/** A queue whose failures are fewer than this a minute is only warned about. */
const FAILING = 3;
/** Maximum number of queues named. */
const MOST_NAMED = 5;

const WITHOUT_TARGET = `select q.name, a.error
  from taskqueue.queues as q
  cross join lateral (select a.reason, a.error, a.ended from taskqueue.attempts as a
    where a.queue operator(pg_catalog.=) q.name order by a.ended desc limit 1) as a
  where q.mode operator(pg_catalog.=) 'push' and q.tasks operator(pg_catalog.>) 0
    and a.reason operator(pg_catalog.=) 'Unknown Target'
    and a.ended operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) interval '1 hour')
  order by q.name`;

/** Finds queues whose tasks wait because the last one had nowhere to go. */
export function tasksWithoutTarget(executor: Executor): Promise<Finding> {
  const check = 'targets';
  return ifReadable(executor, 'attempts', check, async () => {
    const { rows }: { rows: { name: string; error: string | null }[] } = await executor.query(WITHOUT_TARGET, []);
    const [first] = rows;
    if (first === undefined) return { check, level: 'ok', detail: 'tasks that wait have one' };
    const more = rows.length > 1 ? `; also in ${namesOf(rows.slice(1))}` : '';
    return {
      check,
      level: 'fail',
      detail: `tasks of queue ${first.name} wait for a target: ${first.error ?? 'it is unknown'}${more}`,
      remedy: `Set it: pgtaskqueue targets set NAME URL\nSee the tasks: pgtaskqueue tasks attempts ${first.name}`,
    };
  });
}

const FAILURES = `select q.name, f.failed::integer, greatest(q.executed_last_minute operator(pg_catalog.-)
    f.failed, 0)::integer as succeeded, l.status, l.error
  from taskqueue.queues as q
  cross join lateral (select pg_catalog.count(*) as failed from taskqueue.attempts as a
    where a.queue operator(pg_catalog.=) q.name and a.reason is not null
      and a.ended operator(pg_catalog.>) (pg_catalog.clock_timestamp() operator(pg_catalog.-) interval '1 minute')) as f
  cross join lateral (select a.status, coalesce(a.error, a.response) as error from taskqueue.attempts as a
    where a.queue operator(pg_catalog.=) q.name and a.reason is not null order by a.ended desc limit 1) as l
  where f.failed operator(pg_catalog.>) 0 order by f.failed desc, q.name`;

interface FailingRow {
  name: string;
  failed: number;
  succeeded: number;
  status: number;
  error: string | null;
}

/** Finds queues of which at least half of the attempts of the last minute failed. */
export function failingQueues(executor: Executor): Promise<Finding> {
  const check = 'failures';
  return ifReadable(executor, 'attempts', check, async () => {
    const { rows }: { rows: FailingRow[] } = await executor.query(FAILURES, []);
    const failing = rows.filter(({ failed, succeeded }) => failed >= succeeded);
    const [worst] = failing;
    if (worst === undefined) return { check, level: 'ok', detail: 'most attempts of the last minute succeeded' };
    const how = [worst.status > 0 ? `status ${worst.status}` : '', worst.error ?? ''].filter(Boolean).join(': ');
    const more = failing.length > 1 ? `; also failing: ${namesOf(failing.slice(1))}` : '';
    return {
      check,
      level: worst.failed >= FAILING ? 'fail' : 'warn',
      detail: `queue ${worst.name}: ${worst.failed} of ${worst.failed + worst.succeeded} attempts failed in the last minute${how && `, the latest with ${how}`}${more}`,
      remedy: `See why: pgtaskqueue tasks attempts ${worst.name}`,
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
      detail: `died in the last hour: ${named.join(', ')}${rows.length > MOST_NAMED ? ', and others' : ''}`,
      remedy: `See why: pgtaskqueue tasks dead ${first.name}\nPut them back: pgtaskqueue tasks requeue ${first.name} --all`,
    };
  });
}

function namesOf(queues: readonly { name: string }[]): string {
  const named = queues.slice(0, MOST_NAMED).map(({ name }) => name);
  return queues.length > MOST_NAMED ? `${named.join(', ')} and ${queues.length - MOST_NAMED} more` : named.join(', ');
}
