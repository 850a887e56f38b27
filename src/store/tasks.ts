// Tasks: add, delete, run now, requeue, list. Each verb calls one function of the schema.

import {
  EnqueueOutcomeUnknown,
  InvalidQueueNameError,
  InvalidTaskNameError,
  TransientError,
  UnknownTaskError,
} from '../domain/errors.ts';
import type { AddedTask, AddOptions, AddResult, TaskDetails, TaskStatus } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, type Query, run, runOne } from '../schema/call.ts';
import type { AddResultRow, Selected, TaskRow, TaskStatusRow } from '../schema/rows.ts';
import { withDeferredPayload } from './deferred.ts';
import { addArguments, batchElement, payloadsOf, type TaskArguments } from './new-task.ts';
import { readRetry } from './retry.ts';
import { readCount, readDate, readDateOrNull, readNumberOrNull } from './values.ts';

/** The number of tasks listed by default. */
const DEFAULT_LIMIT = 100;

/**
 * Adds one task, in the form of taskArguments.
 *
 * @throws TaskAlreadyExistsError, TombstonedTaskError for a name in use; EnqueueOutcomeUnknown if the connection was
 *   lost; InvalidTaskError and its subclasses for an invalid task; UnknownQueueError
 */
export async function addTask(
  executor: Executor,
  queue: string,
  task: TaskArguments,
  options: AddOptions = {},
): Promise<AddedTask> {
  const query = call('add', {
    queue: queueName(queue),
    ...addArguments(task),
    ...flags(options),
    ...serviceOf(options),
  });
  const { overflow } = options;
  return readTask(
    await withKnownOutcome(runOne(executor, overflow ? withDeferredPayload(query, overflow) : query), queue, [task]),
  );
}

/**
 * Adds up to 100 tasks in one call: all or, if one of them is invalid, none. Names in use are results, not errors.
 *
 * @throws as addTask, except for names in use; DuplicateTaskNameError; TooManyTasksError
 */
export async function addTasks(
  executor: Executor,
  queue: string,
  tasks: readonly TaskArguments[],
  options: AddOptions = {},
): Promise<AddResult[]> {
  const rows = await withKnownOutcome(run(executor, batchCall(queueName(queue), tasks, options)), queue, tasks);
  return rows.map(({ index, name, result, eta, created }) => ({
    index,
    name,
    result,
    eta: readDateOrNull(eta),
    created: readDateOrNull(created),
  }));
}

function batchCall(queue: string, tasks: readonly TaskArguments[], options: AddOptions): Query<Selected<AddResultRow>> {
  const payloads = options.service === undefined ? payloadsOf(tasks) : undefined;
  if (payloads) return call('add_payloads', { queue, payloads, ...flags(options) });
  const elements = tasks.map((task) => ({ ...batchElement(task), ...serviceOf(options) }));
  return call('add_tasks', { queue, tasks: JSON.stringify(elements), ...flags(options) });
}

/**
 * Deletes a task. Returns true if it existed.
 *
 * @param leaseToken if given, the task is deleted only while this lease holds; otherwise it is deleted by name alone
 */
export async function deleteTask(
  executor: Executor,
  queue: string,
  name: string,
  leaseToken?: string,
): Promise<boolean> {
  const query = call('delete_task', { queue: queueName(queue), name: taskName(name), lease_token: leaseToken });
  return (await runOne(executor, query)).delete_task;
}

/**
 * Deletes tasks by name. Returns one result per name, in order.
 *
 * @param leaseTokens in the same order; a task with a token is deleted only while that lease holds
 */
export async function deleteTasks(
  executor: Executor,
  queue: string,
  names: readonly string[],
  leaseTokens?: readonly (string | null)[],
): Promise<{ name: string; deleted: boolean }[]> {
  const query = call('delete_tasks', {
    queue: queueName(queue),
    names: names.map(taskName),
    lease_tokens: leaseTokens?.some((token) => token !== null) ? leaseTokens : undefined,
  });
  return run(executor, query);
}

/** Dispatches a push task now, whatever its ETA and the queue's state. Returns false if it is already running. */
export async function runTask(executor: Executor, queue: string, name: string): Promise<boolean> {
  return (await runOne(executor, call('run_task', { queue: queueName(queue), name: taskName(name) }))).run_task;
}

/** Requeues a dead task under its own name. */
export async function requeueTask(executor: Executor, queue: string, name: string): Promise<AddedTask> {
  return readTask(await runOne(executor, call('requeue_task', { queue: queueName(queue), name: taskName(name) })));
}

/** Requeues up to 20 dead tasks; returns their number. */
export async function requeueTasks(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('requeue_tasks', { queue: queueName(queue) }))).requeue_tasks);
}

/** Returns the bytes of a task's body; null if it has none. */
export async function taskPayload(executor: Executor, queue: string, name: string): Promise<Uint8Array | null> {
  return (await runOne(executor, call('task_payload', { queue: queueName(queue), name: taskName(name) }))).task_payload;
}

/**
 * Returns the parts of a live or dead task that its status omits.
 *
 * @throws UnknownTaskError, TombstonedTaskError
 */
export async function taskDetails(executor: Executor, queue: string, name: string): Promise<TaskDetails> {
  const row = await runOne(executor, call('task_details', { queue: queueName(queue), name: taskName(name) }));
  return {
    headers: row.headers,
    dispatchDeadline: readNumberOrNull(row.dispatch_deadline),
    retryOptions: readRetry(row.retry),
    ownRetryOptions: row.own_retry,
    firstAttempt: readDateOrNull(row.first_attempt),
  };
}

/**
 * Lists the first tasks of a queue, earliest ETA first; the limit is 1 to 10 000.
 *
 * @throws UnknownQueueError, InvalidMaxTasksError
 */
export async function listTasks(
  executor: Executor,
  queue: string,
  { limit = DEFAULT_LIMIT } = {},
): Promise<TaskStatus[]> {
  return (await run(executor, call('list_tasks', { queue: queueName(queue), max_tasks: limit }))).map(readStatus);
}

/**
 * Describes one task.
 *
 * @throws UnknownTaskError
 */
export async function describeTask(executor: Executor, queue: string, name: string): Promise<TaskStatus> {
  const [row] = await run(executor, call('describe_task', { queue: queueName(queue), name: taskName(name) }));
  if (row) return readStatus(row);
  throw new UnknownTaskError(`queue ${queue} has no task ${name}`, { detail: { queue, name } });
}

function serviceOf({ service }: AddOptions): { service?: string } {
  return service === undefined ? {} : { service };
}

function flags({ transactional, wake }: AddOptions): AddOptions {
  return { ...(transactional === undefined ? {} : { transactional }), ...(wake === undefined ? {} : { wake }) };
}

/**
 * Awaits an add. A statement whose result was lost may have taken effect; whether a retry would add a task twice
 * depends on the names.
 *
 * @throws EnqueueOutcomeUnknown
 */
export async function withKnownOutcome<Result>(
  added: Promise<Result>,
  queue: string,
  tasks: readonly { name?: string | null | undefined }[],
): Promise<Result> {
  try {
    return await added;
  } catch (error) {
    if (!(error instanceof TransientError && error.sent)) throw error;
    const names = tasks.map(({ name }) => name).filter((name) => name !== undefined && name !== '');
    throw new EnqueueOutcomeUnknown(queue, names as string[], error.cause);
  }
}

function readTask({ queue, name, eta, created }: Selected<TaskRow>): AddedTask {
  return { queue, name, eta: readDate(eta), created: readDate(created) };
}

export function readStatus(row: Selected<TaskStatusRow>): TaskStatus {
  const { retry_count, lease_until, last_status, ...same } = row;
  return {
    ...same,
    eta: readDate(row.eta),
    created: readDate(row.created),
    retryCount: retry_count,
    leaseUntil: readDateOrNull(lease_until),
    lastStatus: last_status,
    size: readCount(row.size),
  };
}

function queueName(queue: unknown): string {
  return requireText(queue, 'the name of a queue', InvalidQueueNameError);
}

function taskName(name: unknown): string {
  return requireText(name, 'the name of a task', InvalidTaskNameError);
}
