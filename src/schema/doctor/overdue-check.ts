// The check for due tasks that a leader does not claim.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

/** How late a task must be to count: the same as in explain_task. */
const LATE = `interval '20 seconds'`;

interface Late {
  name: string;
  may_explain: boolean;
}

/** For push queues whose oldest task is late, asks explain_task about the first due task, if the role may. */
export async function overdueTasks(executor: Executor): Promise<Finding> {
  const { rows } = await executor.query(
    `select q.name, pg_catalog.has_function_privilege('taskqueue.explain_task(text, text)', 'execute')
                    and pg_catalog.has_function_privilege('taskqueue.list_tasks(text, integer)', 'execute')
                      as may_explain
     from taskqueue.queues as q
     where q.mode operator(pg_catalog.=) 'push' and q.state operator(pg_catalog.=) 'running'
       and q.oldest_eta operator(pg_catalog.<) (pg_catalog.clock_timestamp() operator(pg_catalog.-) ${LATE})
         order by q.oldest_eta limit 100`,
    [],
  );
  for (const { name } of (rows as Late[]).filter(({ may_explain }) => may_explain)) {
    const detail = await why(executor, name);
    if (detail === undefined) continue;
    return {
      check: 'due tasks',
      level: 'warn',
      detail: `queue ${name}: ${detail}`,
      queues: [name],
      remedy: `pgtaskqueue tasks list ${name}, and tasks explain ${name} NAME for one of them`,
    };
  }
  return { check: 'due tasks', level: 'ok', detail: 'leaders claim all due tasks' };
}

/** Returns what explain_task says about the queue's first due task if its leader has not claimed it. */
async function why(executor: Executor, queue: string): Promise<string | undefined> {
  const { rows } = await executor.query(
    `select e.detail from (select t.name from taskqueue.list_tasks($1, 1000) as t
                           where t.state operator(pg_catalog.=) 'due' order by t.eta limit 1) as first,
            taskqueue.explain_task($1, first.name) as e
     where e.reason operator(pg_catalog.=) 'overdue'`,
    [queue],
  );
  return rows[0]?.detail;
}
