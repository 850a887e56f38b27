// Tasks that come from an outbox.

import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** A task and the name that keeps its repeats out. */
export interface RelayedTask {
  name: string;
  /** JSON text, as an element of the array for `add_tasks`. */
  task: string;
}

/**
 * Adds up to 100 tasks, in order: all, or none if one is invalid. Returns how many of them had come before.
 *
 * @throws InvalidQueueError if the queue keeps names for less than a day; what addTasks throws
 */
export async function relayTasks(executor: Executor, queue: string, tasks: readonly RelayedTask[]): Promise<number> {
  const names = tasks.map(({ name }) => name);
  const array = `[${tasks.map(({ task }) => task).join(',')}]`;
  const results = await run(executor, call('relay_tasks', { queue, names, tasks: array }));
  return results.filter(({ result }) => result !== 'added').length;
}
