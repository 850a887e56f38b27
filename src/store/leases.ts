// Leases of pull tasks: taking, renewing, ending.

import { errorText } from '../domain/error-text.ts';
import {
  InvalidLeaseTimeError,
  InvalidMaxTasksError,
  InvalidQueueNameError,
  InvalidTaskNameError,
} from '../domain/errors.ts';
import type { Lease } from '../domain/lease.ts';
import { MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { kindOf, requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import type { LeasedTaskRow, Selected } from '../schema/rows.ts';
import { readDate } from './values.ts';

/** A request for leases. */
export interface LeaseRequest {
  /** How long the tasks are leased; 0 … 604800 s. */
  leaseSeconds: number;
  /** Maximum number of tasks; 1 … 1000, default 1. */
  maxTasks?: number | undefined;
  /**
   * Maximum size of all payloads together in bytes; default and limit 32 MB. The first task is leased however large it
   * is.
   */
  maxBytes?: number | undefined;
}

/** The proof of a lease. */
export interface HeldLease {
  name: string;
  leaseToken: string;
}

/**
 * Leases due tasks of a pull queue, oldest ETA first; none if nothing is due.
 *
 * @throws InvalidLeaseTimeError, InvalidMaxTasksError, InvalidQueueModeError, QueuePausedError, UnknownQueueError;
 *   TypeError if leaseSeconds is not a number or maxTasks not a whole number
 */
export async function leaseTasks(executor: Executor, queue: string, request: LeaseRequest): Promise<Lease[]> {
  return (await run(executor, call('lease_tasks', leaseArguments(queue, request)))).map(readLease);
}

/**
 * Leases due tasks with one tag. Without a tag, or with an empty one, the tag of the oldest due task is used; if that
 * task has none, untagged tasks are leased.
 *
 * @throws as leaseTasks; InvalidTagError
 */
export async function leaseTasksByTag(
  executor: Executor,
  queue: string,
  request: LeaseRequest,
  tag?: string,
): Promise<Lease[]> {
  if (tag !== undefined && typeof tag !== 'string') throw new TypeError(`tag must be a string, got ${kindOf(tag)}`);
  return (await run(executor, call('lease_tasks_by_tag', { ...leaseArguments(queue, request), tag }))).map(readLease);
}

function leaseArguments(queue: string, { leaseSeconds, maxTasks, maxBytes }: LeaseRequest) {
  return {
    queue: requireText(queue, 'the name of a queue', InvalidQueueNameError),
    lease_seconds: seconds(leaseSeconds),
    max_tasks: count(maxTasks),
    max_bytes: maxBytes,
  };
}

/** A lease that is to expire `leaseSeconds` from now. */
export interface LeaseChange extends HeldLease {
  leaseSeconds: number;
}

/** A task that failed. It can be leased again `leaseSeconds` from now; Infinity: never, it is dead. */
export interface LeaseFailure extends LeaseChange {
  error: unknown;
}

/**
 * Changes up to 1000 leases of a queue with one statement. Returns the new expiry times by name; a missing task is gone
 * or leased by another worker.
 *
 * @throws UnknownQueueError, QueuePausedError, TooManyTasksError
 */
export async function modifyTaskLeases(
  executor: Executor,
  queue: string,
  changes: readonly LeaseChange[],
): Promise<Map<string, Date>> {
  const query = call('modify_task_leases', {
    queue,
    names: changes.map(({ name }) => name),
    lease_tokens: changes.map(({ leaseToken }) => leaseToken),
    lease_seconds: changes.map(({ leaseSeconds }) => seconds(leaseSeconds)),
  });
  return new Map((await run(executor, query)).map(({ name, eta }) => [name, readDate(eta)]));
}

/**
 * Records that up to 1000 leased tasks of a queue failed. Returns the names of those whose leases were held.
 *
 * @throws UnknownQueueError, TooManyTasksError
 */
export async function failTaskLeases(
  executor: Executor,
  queue: string,
  failures: readonly LeaseFailure[],
): Promise<ReadonlySet<string>> {
  const query = call('modify_task_leases', {
    queue,
    names: failures.map(({ name }) => name),
    lease_tokens: failures.map(({ leaseToken }) => leaseToken),
    lease_seconds: failures.map(({ leaseSeconds }) => leaseSeconds),
    errors: failures.map(({ error }) => storableError(error)),
  });
  return new Set((await run(executor, query)).map(({ name }) => name));
}

/** PostgreSQL's text allows no NUL. */
function storableError(error: unknown): string {
  return errorText(error).replaceAll('\0', '\ufffd');
}

/**
 * Deletes up to 1000 tasks of a queue by their leases. Returns the names of tasks whose leases were lost; the others
 * are deleted.
 *
 * @throws UnknownQueueError, TooManyTasksError
 */
export async function finishTasks(
  executor: Executor,
  queue: string,
  tasks: readonly HeldLease[],
): Promise<ReadonlySet<string>> {
  const names = tasks.map(({ name }) => name);
  const tokens = tasks.map(({ leaseToken }) => leaseToken);
  return new Set((await run(executor, finish(queue, names, tokens))).map(({ name }) => name));
}

/**
 * Deletes tasks by their leases. Usually all are deleted, so the result has the names of those that were not. Names and
 * tokens come from the database and need no escaping; building the arrays here saves the driver the search for it.
 */
export function finish(queue: string, names: string[], leaseTokens: string[]) {
  return statement<{ name: string }>('select name from "taskqueue"."delete_tasks"($1, $2, $3) where not deleted', [
    queue,
    plainArray(names),
    plainArray(leaseTokens),
  ]);
}

function plainArray(texts: string[]): string {
  return `{"${texts.join('","')}"}`;
}

/**
 * Makes a lease expire this many seconds from now; 0 releases the task. With an error, the task failed: the lease ends,
 * and the task can be leased again after these seconds; Infinity: never.
 *
 * @throws TaskLeaseExpiredError if another worker holds the task now; TombstonedTaskError, UnknownTaskError if it is
 *   gone
 */
export async function modifyTaskLease(
  executor: Executor,
  queue: string,
  task: HeldLease,
  leaseSeconds: number,
  error?: unknown,
): Promise<Lease> {
  const failed = error !== undefined;
  const query = call('modify_task_lease', {
    queue: requireText(queue, 'the name of a queue', InvalidQueueNameError),
    name: requireText(task.name, 'the name of a task', InvalidTaskNameError),
    lease_token: task.leaseToken,
    lease_seconds: failed && leaseSeconds === Infinity ? leaseSeconds : seconds(leaseSeconds),
    error: failed ? storableError(error) : undefined,
  });
  const row = await runOne(executor, query);
  // A released task has no token. The old one is kept as a stale proof: deleting without any token would need no lease.
  return readLease({ ...row, eta: row.eta ?? new Date(), lease_token: row.lease_token ?? task.leaseToken });
}

function seconds(given: unknown): number {
  if (typeof given !== 'number') throw new TypeError(`leaseSeconds must be a number of seconds, got ${kindOf(given)}`);
  if (!Number.isFinite(given)) throw new InvalidLeaseTimeError(`leaseSeconds must be a finite number, got ${given}`);
  return given;
}

function count(given: unknown): number | undefined {
  if (given === undefined) return undefined;
  if (!Number.isInteger(given))
    throw new TypeError(`maxTasks must be a whole number, got ${typeof given === 'number' ? given : kindOf(given)}`);
  const asked = given as number;
  if (asked >= 1 && asked <= MAX_TASKS_PER_LEASE) return asked;
  throw new InvalidMaxTasksError(`maxTasks must be 1 to ${MAX_TASKS_PER_LEASE}, got ${asked}`);
}

function readLease({
  queue,
  name,
  eta,
  created,
  payload,
  tag,
  retry_count,
  lease_token,
  headers,
}: Selected<LeasedTaskRow>): Lease {
  return {
    queue,
    name,
    eta: readDate(eta),
    created: readDate(created),
    payload: payload ?? new Uint8Array(), // null for a push task without a body whose queue became a pull queue
    tag,
    retryCount: retry_count,
    leaseToken: lease_token ?? '', // never null for leased tasks
    headers,
  };
}
