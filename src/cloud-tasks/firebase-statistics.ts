// The figures of queues as Firebase's emulator shows them. It also counts the tasks that were added, which nothing here
// does.

import type { JsonObject } from '@bufbuild/protobuf';
import type { CloudQueue } from '../domain/cloud-task.ts';
import type { QueueStatus } from '../domain/queue.ts';

/** @param statuses figures of the queues and of others */
export function functionStatistics(queues: readonly CloudQueue[], statuses: readonly QueueStatus[]): JsonObject {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  return Object.fromEntries(
    queues.flatMap((queue) => {
      const status = byName.get(queue.name);
      return status ? [[keyOf(queue), figuresOf(queue, status)]] : [];
    }),
  );
}

function keyOf({ parent, name }: CloudQueue): string {
  return parent === null ? `queue:${name}` : `queue:${parent.project}-${parent.location}-${name}`;
}

function figuresOf({ ratePerSecond, maxConcurrentRequests }: CloudQueue, status: QueueStatus): JsonObject {
  return {
    numberOfTasks: Math.max(0, status.tasks - status.inFlight),
    completedLastMin: status.succeededLastMinute + status.deadLastMinute,
    failedTasks: status.deadLastMinute,
    runningTasks: status.inFlight,
    maxRate: ratePerSecond,
    maxConcurrent: maxConcurrentRequests,
  };
}
