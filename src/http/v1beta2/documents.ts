// The API's documents of tasks and queues. The API spells `retry_count` with an underscore.

import type { Queue, QueueStatistics } from '../../domain/queue.ts';
import type { RestTask } from '../../store/pull-rest.ts';

export function taskDocument(queue: string, task: RestTask) {
  return {
    kind: 'taskqueues#task',
    id: task.name,
    queueName: queue,
    ...(task.payload === undefined ? {} : { payloadBase64: Buffer.from(task.payload).toString('base64url') }),
    enqueueTimestamp: task.created.toString(),
    leaseTimestamp: task.eta.toString(),
    retry_count: task.retryCount,
    ...(task.tag === null ? {} : { tag: task.tag }),
  };
}

/** `items` is omitted if there are none. */
export function tasksDocument(queue: string, tasks: readonly RestTask[]) {
  const items = tasks.map((task) => taskDocument(queue, task));
  return { kind: 'taskqueues#tasks', ...(items.length > 0 ? { items } : {}) };
}

/** @param counts the statistics requested by `getStats` */
export function queueDocument(queue: Queue, counts: QueueStatistics | undefined) {
  const emails = (kind: string) => (queue.acl ?? []).flatMap((entry) => entry[kind] ?? []);
  const document = {
    kind: 'taskqueues#taskqueue',
    id: queue.name,
    maxLeases: queue.retry.taskRetryLimit ?? 0,
    acl: { consumerEmails: emails('user_email'), producerEmails: emails('writer_email'), adminEmails: [] },
  };
  if (!counts) return document;
  const stats = {
    totalTasks: counts.tasks,
    oldestTask: String(Math.floor((counts.oldestEta?.getTime() ?? 0) / 1000)),
    leasedLastMinute: String(counts.executedLastMinute),
    leasedLastHour: String(counts.executedLastHour),
  };
  return { ...document, stats };
}
