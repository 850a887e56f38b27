// Completed tasks, of queues that keep them, and the outcomes of tasks.

import { InvalidQueueNameError, InvalidTagError, InvalidTaskNameError } from '../domain/errors.ts';
import type { CompletedTask, TaskOutcome } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import { readDate, readDateOrNull } from './values.ts';

/** Which completed tasks to list. */
export interface CompletedFilter {
  name?: string | undefined;
  tag?: string | undefined;
  /** Most tasks to return; default 100. */
  limit?: number | undefined;
}

/** Lists the completed tasks of a queue, or of all queues, latest first. */
export async function listCompletedTasks(
  executor: Executor,
  queue: string | undefined,
  { name, tag, limit = 100 }: CompletedFilter = {},
): Promise<CompletedTask[]> {
  const where = {
    queue: queue === undefined ? undefined : requireText(queue, 'the name of a queue', InvalidQueueNameError),
    name: name === undefined ? undefined : requireText(name, 'the name of a task', InvalidTaskNameError),
    tag: tag === undefined ? undefined : requireText(tag, 'a tag', InvalidTagError),
  };
  const rows = await run(executor, select('completed_tasks', { where, order: ['-completed'], limit }));
  return rows.map(({ first_attempt, ...row }) => ({
    ...row,
    created: readDate(row.created),
    firstAttempt: readDateOrNull(first_attempt),
    completed: readDate(row.completed),
    expires: readDate(row.expires),
  }));
}

/**
 * Returns how a task ended, as far as the database still knows.
 *
 * @throws UnknownQueueError
 */
export async function fetchOutcome(executor: Executor, queue: string, name: string): Promise<TaskOutcome> {
  const row = await runOne(executor, call('task_outcome', { queue, name }));
  return { ...row, ended: readDateOrNull(row.ended) };
}
