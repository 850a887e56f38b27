// Dead tasks, which ran out of retries.

import { InvalidQueueNameError } from '../domain/errors.ts';
import type { DeadTask } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { look, run } from '../schema/call.ts';
import type { Crossed } from '../schema/rows.ts';
import type { DeadTasksView } from '../schema/views.ts';
import { readCount, readDate, readDateOrNull } from './values.ts';

/** Lists the dead tasks of a queue, latest first. */
export async function listDeadTasks(executor: Executor, queue: string, { limit = 100 } = {}): Promise<DeadTask[]> {
  const where = { queue: requireText(queue, 'the name of a queue', InvalidQueueNameError) };
  return (await run(executor, look('dead_tasks', { where, order: ['-died'], limit }))).map(readDeadTask);
}

function readDeadTask({ retry_count, last_status, first_attempt, ...row }: Crossed<DeadTasksView>): DeadTask {
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
