// Tasks that ran out of retries.

import { InvalidQueueNameError } from '../domain/errors.ts';
import type { DeadTask } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import { run } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { type DeadTasksView, views } from '../sql/views.ts';
import { readCount, readDate, readDateOrNull } from './values.ts';

/** The dead tasks of a queue, the latest first. */
export async function listDeadTasks(executor: Executor, queue: string, { limit = 100 } = {}): Promise<DeadTask[]> {
  const query = views
    .selectFrom('taskqueue.dead_tasks')
    .selectAll()
    .where('queue', '=', requireText(queue, 'the name of a queue', InvalidQueueNameError))
    .orderBy('died', 'desc')
    .limit(limit);
  return (await run(executor, query.compile())).map(readDeadTask);
}

function readDeadTask({ retry_count, last_status, first_attempt, ...row }: DeadTasksView): DeadTask {
  return {
    ...row,
    died: readDate(row.died),
    created: readDate(row.created),
    firstAttempt: readDateOrNull(first_attempt),
    expires: readDate(row.expires),
    retryCount: retry_count,
    lastStatus: last_status,
    size: readCount(row.size),
  };
}
