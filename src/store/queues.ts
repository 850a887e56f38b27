// Queues: create, update, delete, pause, resume, purge, list.

import {
  InvalidQueueError,
  InvalidQueueNameError,
  InvalidRetryParametersError,
  UnknownQueueError,
} from '../domain/errors.ts';
import { keysOf, requireKnownKeys } from '../domain/known-keys.ts';
import { type NewQueue, QUEUE_SETTINGS, type Queue, type QueueStatus } from '../domain/queue.ts';
import { kindOf, requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, select } from '../schema/call.ts';
import type { AllArguments } from '../schema/functions.ts';
import type { QueueRow, Selected } from '../schema/rows.ts';
import type { QueuesView } from '../schema/views.ts';
import { momentText } from './eta.ts';
import { readFigures } from './queue-statistics.ts';
import { readRetry, retryObject } from './retry.ts';
import { readCount, readDate, readDateOrNull, readNumber, readNumberOrNull } from './values.ts';

/** Options for pausing a queue. */
export interface PauseOptions {
  /** Why the queue is paused, for display. */
  reason?: string | undefined;
  /** The queue resumes by itself at this moment. Default: it stays paused. */
  until?: Date | number | string | undefined;
}

/**
 * Creates a queue.
 *
 * @throws QueueExistsError, TombstonedQueueError, InvalidQueueError and its subclasses, InvalidRetryParametersError
 */
export async function createQueue(executor: Executor, name: string, settings: NewQueue = {}): Promise<Queue> {
  return readQueue(await runOne(executor, call('create_queue', queueArguments(name, settings))));
}

/**
 * Changes a queue's settings; omitted settings keep their values.
 *
 * @throws UnknownQueueError, InvalidQueueError, InvalidRetryParametersError
 */
export async function updateQueue(executor: Executor, name: string, settings: NewQueue): Promise<Queue> {
  return readQueue(await runOne(executor, call('update_queue', queueArguments(name, settings))));
}

/** Deletes a queue and its tasks; the name cannot be reused for seven days. Returns the number of tasks deleted. */
export async function deleteQueue(executor: Executor, name: string): Promise<number> {
  return readCount((await runOne(executor, call('delete_queue', { queue: queueName(name) }))).delete_queue);
}

/** Pauses a queue: no task is started, but tasks can still be added. */
export async function pauseQueue(executor: Executor, name: string, options: PauseOptions = {}): Promise<Queue> {
  requireKnownKeys(options, ['reason', 'until'], 'a pause');
  const { reason, until } = options;
  const query = call('pause_queue', {
    queue: queueName(name),
    reason: reason === undefined ? undefined : requireText(reason, 'reason', InvalidQueueError),
    until: until === undefined ? undefined : momentText(until, 'until'),
  });
  return readQueue(await runOne(executor, query));
}

/** Resumes a paused queue. */
export async function resumeQueue(executor: Executor, name: string): Promise<Queue> {
  return readQueue(await runOne(executor, call('resume_queue', { queue: queueName(name) })));
}

/** Removes all tasks that are in the queue now; returns their number. Their names are tombstoned. */
export async function purgeQueue(executor: Executor, name: string): Promise<number> {
  return readCount((await runOne(executor, call('purge_queue', { queue: queueName(name) }))).purge_queue);
}

/** Lists all queues by name. */
export async function listQueues(executor: Executor): Promise<QueueStatus[]> {
  return (await run(executor, select('queues', { order: ['name'] }))).map(readStatus);
}

/**
 * Describes one queue.
 *
 * @throws UnknownQueueError
 */
export async function describeQueue(executor: Executor, name: string): Promise<QueueStatus> {
  const where = { name: queueName(name) };
  const [row] = await run(executor, select('queues', { where, order: ['name'] }));
  if (row) return readStatus(row);
  throw new UnknownQueueError(`there is no queue ${name}`, { detail: { queue: name } });
}

function queueArguments(name: string, settings: NewQueue): AllArguments<'create_queue'> {
  requireKnownKeys(settings, keysOf(QUEUE_SETTINGS), 'a queue');
  const { mode, rate, bucketSize, maxConcurrentRequests, target, retry, tombstoneTtlSeconds, acl, onDead } = settings;
  const text = (value: unknown, what: string) =>
    value === undefined ? undefined : requireText(value, what, InvalidQueueError);
  return {
    queue: queueName(name),
    mode: text(mode, 'mode'),
    rate: text(rate, 'rate'),
    bucket_size: whole(bucketSize, 'bucketSize'),
    max_concurrent_requests: whole(maxConcurrentRequests, 'maxConcurrentRequests'),
    target: text(target, 'target'),
    retry: retry === undefined ? undefined : JSON.stringify(retryObject(retry, 'retry', InvalidRetryParametersError)),
    tombstone_ttl: interval(tombstoneTtlSeconds, 'tombstoneTtlSeconds'),
    acl: acl === undefined ? undefined : JSON.stringify(acl),
    dead_retention: interval(settings.deadRetentionSeconds, 'deadRetentionSeconds'),
    attempt_retention: interval(settings.attemptRetentionSeconds, 'attemptRetentionSeconds'),
    keep_completed: text(settings.keepCompleted, 'keepCompleted'),
    completed_retention: interval(settings.completedRetentionSeconds, 'completedRetentionSeconds'),
    on_dead: onDead === undefined ? undefined : JSON.stringify(onDead),
  };
}

function whole(value: unknown, what: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw new TypeError(`${what} must be a number, got ${kindOf(value)}`);
  if (Number.isInteger(value) && Math.abs(value) <= 2_147_483_647) return value;
  throw new InvalidQueueError(`${what} must be a whole number, got ${value}`);
}

function interval(seconds: unknown, what: string): string | undefined {
  if (seconds === undefined) return undefined;
  if (typeof seconds !== 'number') throw new TypeError(`${what} must be a number, got ${kindOf(seconds)}`);
  if (Math.abs(seconds) <= 1e9) return `${seconds.toFixed(6)} seconds`;
  throw new InvalidQueueError(`${what} must be 0 to 31536000, got ${seconds}`);
}

function readQueue(row: Selected<QueueRow>): Queue & Record<keyof NewQueue, unknown> {
  return {
    name: row.name,
    mode: row.mode,
    rate: row.rate,
    bucketSize: row.bucket_size,
    maxConcurrentRequests: row.max_concurrent_requests,
    target: row.target,
    retry: readRetry(row.retry),
    tombstoneTtlSeconds: readNumber(row.tombstone_ttl),
    acl: row.acl,
    state: row.state,
    pausedReason: row.paused_reason,
    pausedUntil: readDateOrNull(row.paused_until),
    created: readDate(row.created),
    deadRetentionSeconds: readNumber(row.dead_retention),
    attemptRetentionSeconds: readNumber(row.attempt_retention),
    keepCompleted: row.keep_completed,
    completedRetentionSeconds: readNumber(row.completed_retention),
    onDead: row.on_dead,
  };
}

function readStatus(row: Selected<QueuesView>): QueueStatus {
  return {
    ...readQueue(row),
    tasks: readCount(row.tasks),
    oldestEta: readDateOrNull(row.oldest_eta),
    executedLastMinute: readCount(row.executed_last_minute),
    inFlight: readCount(row.in_flight),
    enforcedRate: readNumberOrNull(row.enforced_rate),
    condition: row.condition,
    ...readFigures(row),
  };
}

function queueName(name: unknown): string {
  return requireText(name, 'the name of a queue', InvalidQueueNameError);
}
