// Checks a new task without adding it.

import type { NewTask } from '../domain/task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, runOne } from '../schema/call.ts';
import { batchElement, taskArguments } from './new-task.ts';

/** Why a task can't be added. */
export interface TaskProblem {
  /** The SQLSTATE that adding it raises. */
  sqlState: string;
  message: string;
}

/**
 * What adding the task would raise, its name apart; undefined: nothing.
 *
 * @throws UnknownQueueError; InvalidTaskError and its subclasses for what can't be passed to the database
 */
export async function checkNewTask(executor: Executor, queue: string, task: NewTask): Promise<TaskProblem | undefined> {
  const tasks = JSON.stringify([batchElement(taskArguments(task))]);
  const { error, message } = await runOne(executor, call('check_tasks', { queue, tasks }));
  return error === null ? undefined : { sqlState: error, message: message ?? '' };
}
