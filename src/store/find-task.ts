// Finds a task whose queue is unknown.

import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/** The queues, among the given ones, that know a task of this name: 20 at most. */
export async function queuesOfTask(executor: Executor, name: string, queues: readonly string[]): Promise<string[]> {
  const rows = await run(executor, call('find_task', { name, queues }));
  return rows.map(({ queue }) => queue);
}
