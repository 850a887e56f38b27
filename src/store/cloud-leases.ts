// Leases of tasks of pull queues as the Cloud Tasks API has them: the moment at which one ends proves who holds it.

import type { CloudParent, CloudTask } from '../domain/cloud-task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import { parentOf } from './cloud-queues.ts';
import { readCloudTask } from './cloud-task-rows.ts';
import { momentOfMicroseconds } from './eta.ts';

/** What to lease. */
export interface CloudLease {
  seconds: number;
  /** How many at most. */
  tasks: number;
  /** Only tasks of one tag: `tag`, or that of the oldest task. */
  byTag: boolean;
  tag?: string | undefined;
  withBody: boolean;
}

/**
 * Leases tasks that are due.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, QueuePausedError; InvalidLeaseTimeError and its like for what is
 *   out of range
 */
export async function leaseCloudTasks(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  { seconds, tasks, byTag, tag, withBody }: CloudLease,
): Promise<CloudTask[]> {
  const asked = { lease_seconds: seconds, max_tasks: tasks, by_tag: byTag, tag, with_body: withBody };
  const rows = await run(executor, call('lease_cloud_tasks', { queue, ...parentOf(parent), ...asked }));
  return rows.map((row) => readCloudTask(row, withBody));
}

/** How to change a lease. */
export interface CloudLeaseChange {
  /** When it ends; proves who holds it. */
  leaseEnd: bigint;
  /** From now; 0 ends it. */
  seconds: number;
  withBody: boolean;
}

/**
 * Makes a lease end later, or now.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, QueuePausedError, UnknownTaskError, TombstonedTaskError,
 *   InvalidLeaseTimeError; TaskLeaseExpiredError for a lease that is over, or ends at another moment
 */
export async function modifyCloudLease(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  name: string,
  { leaseEnd, seconds, withBody }: CloudLeaseChange,
): Promise<CloudTask> {
  const change = { eta: momentOfMicroseconds(leaseEnd), lease_seconds: seconds, with_body: withBody };
  const args = { queue, ...parentOf(parent), name, ...change };
  return readCloudTask(await runOne(executor, call('modify_cloud_lease', args)), withBody);
}
