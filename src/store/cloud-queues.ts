// Queues as the Cloud Tasks API has them: each belongs to a parent or, if it was not created through the API, to all.

import type { CloudParent, CloudQueue, CloudQueueField, CloudQueueSettings } from '../domain/cloud-task.ts';
import { UnknownQueueError } from '../domain/errors.ts';
import { keysOf } from '../domain/known-keys.ts';
import type { QueueMode, QueueState } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { CloudQueueRow } from '../schema/cloud-rows.ts';
import type { Selected } from '../schema/rows.ts';
import { readRetry } from './retry.ts';
import { readNumber, readNumberOrNull } from './values.ts';

const IN_SQL: Readonly<Record<keyof CloudQueueSettings, string>> = {
  ratePerSecond: 'rate_per_second',
  maxConcurrentRequests: 'max_concurrent_requests',
  taskRetryLimit: 'task_retry_limit',
  taskAgeLimit: 'task_age_limit',
  minBackoffSeconds: 'min_backoff_seconds',
  maxBackoffSeconds: 'max_backoff_seconds',
  maxDoublings: 'max_doublings',
  target: 'target',
  httpTarget: 'http_target',
  loggingRatio: 'logging_ratio',
  tombstoneTtlSeconds: 'tombstone_ttl_seconds',
};
/** The retry limit that stands for none. */
const UNLIMITED = -1;

/** Which queues to list. */
export interface CloudQueueSelection {
  /** Only queues whose names come after this. */
  after?: string | undefined;
  limit: number;
  state?: QueueState | undefined;
}

/**
 * Creates a queue.
 *
 * @param parent undefined: it is visible under all
 * @param mode default: push
 * @throws QueueExistsError, under whatever parent it is; TombstonedQueueError; InvalidQueueError and its subclasses;
 *   InvalidRetryParametersError
 */
export async function createCloudQueue(
  executor: Executor,
  parent: CloudParent | undefined,
  name: string,
  settings: CloudQueueSettings,
  mode?: QueueMode,
): Promise<CloudQueue> {
  const given = { queue: name, ...(parent && parentOf(parent)), settings: settingsText(settings), mode };
  return readQueue(await runOne(executor, call('create_cloud_queue', given)));
}

/**
 * Changes settings of a queue, or creates it if there is none.
 *
 * @param fields the settings to change; one that is absent from `settings` gets the API's default
 * @param mode what the queue has to be; undefined: either, and a new one is a push queue
 * @throws UnknownQueueError for a queue of another parent; InvalidQueueModeError for one of another mode; otherwise as
 *   createCloudQueue
 */
export async function updateCloudQueue(
  executor: Executor,
  parent: CloudParent,
  name: string,
  settings: CloudQueueSettings,
  fields: readonly CloudQueueField[],
  mode?: QueueMode,
): Promise<CloudQueue> {
  const change = { settings: settingsText(settings), fields: fields.map(fieldInSql), mode: mode ?? null };
  return readQueue(await runOne(executor, call('update_cloud_queue', { queue: name, ...parentOf(parent), ...change })));
}

/** @throws UnknownQueueError */
export async function getCloudQueue(executor: Executor, parent: CloudParent, name: string): Promise<CloudQueue> {
  const [row] = await run(executor, call('list_cloud_queues', { ...parentOf(parent), queue: name }));
  if (row) return readQueue(row);
  throw new UnknownQueueError(`there is no queue ${name}`, { detail: { queue: name } });
}

/** Lists queues by name. */
export async function listCloudQueues(
  executor: Executor,
  parent: CloudParent,
  { after, limit, state }: CloudQueueSelection,
): Promise<CloudQueue[]> {
  const query = call('list_cloud_queues', { ...parentOf(parent), after, max_queues: limit, state });
  return (await run(executor, query)).map(readQueue);
}

/** Lists the queues of all parents, by name. */
export async function listAllCloudQueues(executor: Executor): Promise<CloudQueue[]> {
  return (await run(executor, call('list_cloud_queues', { after: '' }))).map(readQueue);
}

/** Deletes a queue; its tasks no longer count. @throws UnknownQueueError, TombstonedQueueError */
export async function deleteCloudQueue(executor: Executor, parent: CloudParent, name: string): Promise<void> {
  await runOne(executor, change(parent, name, 'delete'));
}

/** Removes all tasks that are in the queue now. @throws UnknownQueueError, TombstonedQueueError */
export async function purgeCloudQueue(executor: Executor, parent: CloudParent, name: string): Promise<CloudQueue> {
  return readQueue(await runOne(executor, change(parent, name, 'purge')));
}

/** @throws UnknownQueueError, TombstonedQueueError */
export async function pauseCloudQueue(executor: Executor, parent: CloudParent, name: string): Promise<CloudQueue> {
  return readQueue(await runOne(executor, change(parent, name, 'pause')));
}

/** Resumes a paused or disabled queue. @throws UnknownQueueError, TombstonedQueueError */
export async function resumeCloudQueue(executor: Executor, parent: CloudParent, name: string): Promise<CloudQueue> {
  return readQueue(await runOne(executor, change(parent, name, 'resume')));
}

function change(parent: CloudParent, queue: string, act: 'pause' | 'resume' | 'purge' | 'delete') {
  return call('change_cloud_queue', { queue, ...parentOf(parent), act });
}

/** The parent as arguments. */
export function parentOf({ project, location }: CloudParent): { project: string; location: string } {
  return { project, location };
}

function fieldInSql(field: CloudQueueField): string {
  const [setting = '', ...part] = field.split('.');
  return [IN_SQL[setting as keyof CloudQueueSettings], ...part].join('.');
}

function settingsText(settings: CloudQueueSettings): string {
  const named = keysOf(IN_SQL).map((key) => [IN_SQL[key], settings[key] === Infinity ? UNLIMITED : settings[key]]);
  return JSON.stringify(Object.fromEntries(named));
}

function readQueue(row: Selected<CloudQueueRow>): CloudQueue {
  const { project, location } = row;
  return {
    name: row.name,
    mode: row.mode,
    parent: project === null || location === null ? null : { project, location },
    ratePerSecond: readNumberOrNull(row.rate_per_second),
    bucketSize: row.bucket_size,
    maxConcurrentRequests: row.max_concurrent_requests,
    retry: readRetry(row.retry),
    target: row.target,
    state: row.state,
    purgeTime: row.purge_time === null ? null : BigInt(row.purge_time),
    httpTarget: row.http_target,
    loggingRatio: readNumberOrNull(row.logging_ratio),
    tombstoneTtlSeconds: readNumber(row.tombstone_ttl),
  };
}
