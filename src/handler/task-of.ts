// Finds the task of a Node request, for frameworks whose requests have no typed property for it.

import type { DeliveredTask } from './delivered-task.ts';

const tasks = new WeakMap<object, DeliveredTask>();

/** Remembers the task for as long as the request exists. */
export function setTask(request: object, task: DeliveredTask): void {
  tasks.set(request, task);
}

/** The task of a request; undefined if it is none. */
export function findTask(request: object): DeliveredTask | undefined {
  return tasks.get(request);
}

/**
 * The task of an Express or Fastify request that came through `taskQueueExpress` or `taskQueueFastify`.
 *
 * @throws Error if it did not: its route is not behind one of them
 * @example `app.post('/tasks/welcome', (req, res) => { console.log(taskOf(req).name); res.end() })`
 */
export function taskOf(request: object): DeliveredTask {
  const task = tasks.get(request);
  if (task) return task;
  throw new Error(
    'this request did not pass the task middleware: put taskQueueExpress or taskQueueFastify before its route',
  );
}
