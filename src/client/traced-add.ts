// Adds tasks, in a span if the application traces. Each task then carries the span's traceparent, and the spans of its
// attempts refer to it.

import type { AddedTask } from '../domain/task.ts';
import { headerIn } from '../domain/trace-context.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Telemetry } from '../runtime/telemetry.ts';
import type { TaskArguments } from '../store/new-task.ts';
import * as store from '../store/tasks.ts';

/** What a handle adds to each call. */
export interface Adding {
  /** The enqueuing service: the default target of its tasks. */
  service?: string | undefined;
  telemetry?: Telemetry | undefined;
}

type HowOne = Parameters<typeof store.addTask>[3] & Adding;
type HowMany = Parameters<typeof store.addTasks>[3] & Adding;

export async function addOne(
  executor: Executor,
  queue: string,
  task: TaskArguments,
  { telemetry, ...how }: HowOne,
): Promise<AddedTask> {
  if (!telemetry) return store.addTask(executor, queue, task, how);
  return telemetry.span({ operation: 'send', kind: 'producer', queue, attributes: {} }, async (span, traceparent) => {
    const added = await store.addTask(executor, queue, carrying(task, traceparent), how);
    span.setAttribute('messaging.message.id', added.name);
    telemetry.countSent(queue, 1);
    return added;
  });
}

export async function addMany(
  executor: Executor,
  queue: string,
  tasks: readonly TaskArguments[],
  { telemetry, ...how }: HowMany,
): ReturnType<typeof store.addTasks> {
  if (!telemetry) return store.addTasks(executor, queue, tasks, how);
  const attributes = { 'messaging.batch.message_count': tasks.length };
  return telemetry.span({ operation: 'send', kind: 'producer', queue, attributes }, async (_, traceparent) => {
    const all = tasks.map((task) => carrying(task, traceparent));
    const results = await store.addTasks(executor, queue, all, how);
    telemetry.countSent(queue, tasks.length);
    return results;
  });
}

/** A traceparent that the application has set stays. */
function carrying(task: TaskArguments, traceparent: string): TaskArguments {
  const { headers = {} } = task;
  if (headerIn(headers, 'traceparent') !== undefined) return task;
  return { ...task, headers: { ...headers, traceparent } };
}
