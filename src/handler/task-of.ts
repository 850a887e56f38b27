// Which task a request of Node's was: for frameworks whose request has no typed place for it.

import type { DeliveredTask } from './delivered-task.ts';

const tasks = new WeakMap<object, DeliveredTask>();

/** Remembers the task for as long as there is the request. */
export function setTask(request: object, task: DeliveredTask): void {
  tasks.set(request, task);
}

/**
 * The task of an Express or Fastify request that came through `taskQueueExpress` or `taskQueueFastify`.
 *
 * @throws Error when it did not: the route is not behind it
 * @example `app.post('/tasks/welcome', (req, res) => { console.log(taskOf(req).name); res.end() })`
 */
export function taskOf(request: object): DeliveredTask {
  const task = tasks.get(request);
  if (task) return task;
  throw new Error(
    'this request came by no middleware of tasks: put taskQueueExpress or taskQueueFastify before its route',
  );
}
