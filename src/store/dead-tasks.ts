// Dead tasks, which ran out of retries.

import { InvalidQueueNameError, InvalidTaskNameError } from '../domain/errors.ts';
import type { ListedDeadTask } from '../domain/found-task.ts';
import type { DeadTask } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import type { Selected } from '../schema/rows.ts';
import type { DeadTasksView } from '../schema/views.ts';
import type { PageRequest } from './found-tasks.ts';
import { readCount, readDate, readDateOrNull } from './values.ts';

/** Lists the dead tasks of a queue, or of all queues, latest first. */
export async function listDeadTasks(
  executor: Executor,
  queue: string | undefined,
  { limit = 100 } = {},
): Promise<DeadTask[]> {
  const where = queue === undefined ? {} : { queue: queueName(queue) };
  return (await run(executor, select('dead_tasks', { where, order: ['-died'], limit }))).map(readDeadTask);
}

/**
 * Lists dead tasks of some queues page by page, the latest first.
 *
 * @throws InvalidRequestError for a position that is none
 */
export async function pageOfDeadTasks(
  executor: Executor,
  queues: readonly string[],
  { after, limit }: PageRequest = {},
): Promise<ListedDeadTask[]> {
  const rows = await run(executor, call('list_dead_tasks', { queues, after, max_tasks: limit }));
  return rows.map(({ position, ...row }) => ({ ...readDeadTask(row), position }));
}

/** Counts the dead tasks of a queue, up to 100 000. */
export async function countDeadTasks(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('count_dead_tasks', { queue }))).count_dead_tasks);
}

/** Deletes a dead task before its time; false: there is none of this name. */
export async function deleteDeadTask(executor: Executor, queue: string, name: string): Promise<boolean> {
  return (await runOne(executor, call('delete_dead_task', { queue, name }))).delete_dead_task;
}

/** The dead task of a name, the latest if there are several; undefined: there is none. */
export async function findDeadTask(executor: Executor, queue: string, name: string): Promise<DeadTask | undefined> {
  const where = { queue: queueName(queue), name: requireText(name, 'the name of a task', InvalidTaskNameError) };
  const [row] = await run(executor, select('dead_tasks', { where, order: ['-died'], limit: 1 }));
  return row && readDeadTask(row);
}

function queueName(queue: string): string {
  return requireText(queue, 'the name of a queue', InvalidQueueNameError);
}

function readDeadTask({
  retry_count,
  last_status,
  first_attempt,
  notice_error,
  ...row
}: Selected<DeadTasksView>): DeadTask {
  return {
    ...row,
    died: readDate(row.died),
    created: readDate(row.created),
    firstAttempt: readDateOrNull(first_attempt),
    expires: readDate(row.expires),
    retryCount: retry_count,
    lastStatus: last_status,
    size: readCount(row.size),
    noticed: readDateOrNull(row.noticed),
    noticeError: notice_error,
  };
}
