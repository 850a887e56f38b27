// Tasks as the Cloud Tasks API has them.

import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudParent, CloudTask, NewCloudTask } from '../domain/cloud-task.ts';
import { InvalidTaskRetryOptionsError, TombstonedTaskError, UnknownTaskError } from '../domain/errors.ts';
import type { QueueMode } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { NewCloudTaskRow } from '../schema/cloud-rows.ts';
import type { Selected } from '../schema/rows.ts';
import { parentOf } from './cloud-queues.ts';
import { readCloudTask } from './cloud-task-rows.ts';
import { momentOfMicroseconds } from './eta.ts';
import { readRetry, retryObject } from './retry.ts';
import { withKnownOutcome } from './tasks.ts';

/** How long a run waits for the dispatch. */
const PATIENCE_MS = 1000;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 100;

/** Which tasks to list. */
export interface CloudTaskSelection {
  /** The cursor of the page before. */
  cursor?: string | undefined;
  limit: number;
  withBody: boolean;
  /** What the queue has to be; undefined: either. */
  mode?: QueueMode | undefined;
}

/** A page of tasks. */
export interface CloudTaskPage {
  tasks: CloudTask[];
  /** undefined: this is the last page. A page may have no tasks although others follow. */
  cursor: string | undefined;
}

/**
 * Creates a task.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, StorageLimitExceededError; InvalidTaskError and its subclasses, as
 *   for a name in use; EnqueueOutcomeUnknown if the connection was lost
 */
export async function createCloudTask(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  task: NewCloudTask,
  withBody: boolean,
): Promise<CloudTask> {
  const { name, body } = task;
  const { headers, http, retry, ...others } = taskArgumentsOf(task);
  const query = call('create_cloud_task', {
    queue,
    ...parentOf(parent),
    ...others,
    headers: JSON.stringify(headers),
    body,
    http: http && JSON.stringify(http),
    name,
    retry: retry && JSON.stringify(retry),
  });
  const row = await withKnownOutcome(runOne(executor, query), queue, [task]);
  const made = newlyCreated(task, row);
  return withBody ? made : { ...made, body: undefined };
}

/**
 * Creates up to 100 tasks, without names in one statement: all or, if one is invalid, none.
 *
 * @throws as createCloudTask
 */
export async function createCloudTasks(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  tasks: readonly NewCloudTask[],
): Promise<CloudTask[]> {
  const query = call('create_cloud_tasks', {
    queue,
    ...parentOf(parent),
    tasks: JSON.stringify(tasks.map(taskArgumentsOf)),
    bodies: tasks.map(({ body }) => body ?? NO_BODY),
  });
  const rows = await withKnownOutcome(run(executor, query), queue, tasks);
  return rows.map((row, i) => newlyCreated(tasks[i] as NewCloudTask, row));
}

const NO_BODY = new Uint8Array();

function taskArgumentsOf({ url, method, headers, http, target, tag, ...task }: NewCloudTask) {
  const { scheduleTime, dispatchDeadlineSeconds, retry } = task;
  const eta = scheduleTime === undefined ? undefined : momentOfMicroseconds(scheduleTime);
  const own = retry && retryObject(retry, 'retry', InvalidTaskRetryOptionsError);
  return { url, method, headers, http, target, eta, dispatch_deadline: dispatchDeadlineSeconds, retry: own, tag };
}

/** A task that was just stored, with its body. */
function newlyCreated(task: NewCloudTask, row: Selected<NewCloudTaskRow>): CloudTask {
  const { http = null, target, url, method, body, dispatchDeadlineSeconds = null, tag = null } = task;
  return {
    ...{
      name: row.name,
      tag,
      http,
      target,
      url,
      method,
      headers: row.headers ?? {},
      body,
      bodyBytes: body?.length ?? null,
    },
    ...{ scheduleTime: BigInt(row.schedule_time), created: BigInt(row.created), dispatchDeadlineSeconds },
    ...{ retry: row.retry && readRetry(row.retry) },
    ...{ dispatchCount: 0, responseCount: 0, firstAttempt: null, lastAttempt: null },
  };
}

/**
 * Reads a task.
 *
 * @param mode what the queue has to be; undefined: either
 * @throws UnknownQueueError, InvalidQueueModeError, UnknownTaskError, TombstonedTaskError
 */
export async function getCloudTask(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  name: string,
  withBody: boolean,
  mode?: QueueMode,
): Promise<CloudTask> {
  const args = { queue, ...parentOf(parent), name, with_body: withBody, mode: mode ?? null };
  return readCloudTask(await runOne(executor, call('get_cloud_task', args)), withBody);
}

/**
 * Lists tasks, in the order in which they are due, page by page.
 *
 * @throws UnknownQueueError, InvalidQueueModeError; InvalidRequestError for a cursor that no page of this queue had
 */
export async function listCloudTasks(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  { cursor, limit, withBody, mode }: CloudTaskSelection,
): Promise<CloudTaskPage> {
  const page = { after: cursor, max_tasks: limit, with_body: withBody, mode: mode ?? null };
  const args = { queue, ...parentOf(parent), ...page };
  const rows = await run(executor, call('list_cloud_tasks', args));
  const cursorOfNext = rows.at(-1)?.position ?? undefined;
  const tasks = cursorOfNext === undefined ? rows : rows.slice(0, -1);
  return { tasks: tasks.map((row) => readCloudTask(row, withBody)), cursor: cursorOfNext };
}

/** Which tasks may be deleted. */
export interface CloudTaskCondition {
  /** What the queue has to be; undefined: either. */
  mode?: QueueMode | undefined;
  /** When the lease ends under which the task was worked on; undefined: leases do not matter. */
  leaseEnd?: bigint | undefined;
}

/**
 * Deletes a task.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, UnknownTaskError, TombstonedTaskError; TaskLeaseExpiredError for a
 *   lease that is over, or ends at another moment
 */
export async function deleteCloudTask(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  name: string,
  { mode, leaseEnd }: CloudTaskCondition = {},
): Promise<void> {
  const eta = leaseEnd === undefined ? undefined : momentOfMicroseconds(leaseEnd);
  await runOne(executor, call('delete_cloud_task', { queue, ...parentOf(parent), name, mode: mode ?? null, eta }));
}

/**
 * Runs a task now and returns it with that attempt; a task that is running already is returned as it is. If it isn't
 * dispatched within a second, or `signal` aborts, it is returned as it was read last; the run is still requested.
 *
 * @throws UnknownQueueError, InvalidQueueModeError, UnknownTaskError, TombstonedTaskError
 */
export async function runCloudTask(
  executor: Executor,
  parent: CloudParent,
  queue: string,
  name: string,
  withBody: boolean,
  signal: AbortSignal,
): Promise<CloudTask> {
  const started = performance.now();
  const args = { queue, ...parentOf(parent), name, with_body: withBody };
  const [row] = await run(executor, call('run_cloud_task', args));
  if (row === undefined) return getCloudTask(executor, parent, queue, name, withBody); // it ended in this moment
  const before = readCloudTask(row, withBody);
  const requested = microsecondsNow();
  let task = before;
  let pause = FIRST_PAUSE_MS;
  while (!wasDispatched(before, task) && performance.now() - started < PATIENCE_MS) {
    await sleep(pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return task;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    try {
      task = await getCloudTask(executor, parent, queue, name, withBody);
    } catch (error) {
      if (!(error instanceof UnknownTaskError || error instanceof TombstonedTaskError)) throw error;
      return finished(before, requested);
    }
  }
  return task;
}

/** It is running, or there was an attempt since. */
function wasDispatched(before: CloudTask, task: CloudTask): boolean {
  const last = task.lastAttempt;
  return last !== null && (last.status === null || last.dispatchTime !== before.lastAttempt?.dispatchTime);
}

/** The task with an attempt that nobody saw: it succeeded, or was the last one, before the next look. */
function finished(before: CloudTask, requested: bigint): CloudTask {
  return {
    ...before,
    dispatchCount: before.dispatchCount + 1,
    firstAttempt: before.firstAttempt ?? requested,
    lastAttempt: { scheduleTime: before.scheduleTime, dispatchTime: requested, responseTime: null, status: null },
  };
}

function microsecondsNow(): bigint {
  return BigInt(Date.now()) * 1000n;
}
