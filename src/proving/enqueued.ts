// The tasks of all queues, to see which ones a handler has added.

import type { Executor } from '../postgres/executor.ts';
import { run, statement } from '../schema/call.ts';
import type { EnqueuedTask } from './proof.ts';

const TASKS = statement<EnqueuedTask>(
  `select t.queue, t.name, t.method, t.url from taskqueue.tasks as t order by t.created, t.name`,
);

/** All live tasks, by queue and name. */
export async function liveTasks(database: Executor): Promise<Map<string, EnqueuedTask>> {
  const rows = await run(database, TASKS);
  return new Map(rows.map(({ queue, name, method, url }) => [`${queue}/${name}`, { queue, name, method, url }]));
}

export function tasksAdded(
  before: ReadonlyMap<string, EnqueuedTask>,
  after: ReadonlyMap<string, EnqueuedTask>,
): EnqueuedTask[] {
  return [...after].filter(([name]) => !before.has(name)).map(([, task]) => task);
}
