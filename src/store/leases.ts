// Leases of pull tasks.

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
import type { Crossed, LeasedTaskRow } from '../schema/rows.ts';
import { readDate } from './values.ts';

/** What is asked for with a lease. */
export interface LeaseRequest {
  /** How long no one else may take the tasks; 0 … 604800 s. */
  leaseSeconds: number;
  /** 1 … 1000, default 1. */
  maxTasks?: number | undefined;
  /** Bytes of payload in all, at most and by default 32 MB; the first task comes however large it is. */
  maxBytes?: number | undefined;
}

/** What proves a lease. */
export interface HeldLease {
  name: string;
  leaseToken: string;
}

/**
 * Leases due tasks of a pull queue, the oldest ETA first; none when nothing is due.
 *
 * @throws InvalidLeaseTimeError, InvalidMaxTasksError, InvalidQueueModeError, QueuePausedError, UnknownQueueError; TypeError for what is no
 *   number of seconds or no whole number of tasks
 */
export async function leaseTasks(executor: Executor, queue: string, request: LeaseRequest): Promise<Lease[]> {
  return (await run(executor, call('lease_tasks', leaseArguments(queue, request)))).map(readLease);
}

/**
 * The same for tasks of one tag. Without a tag, or with an empty one: of the tag that the oldest due task has; has that none, untagged ones.
 *
 * @throws as leaseTasks; InvalidTagError
 */
export async function leaseTasksByTag(
  executor: Executor,
  queue: string,
  request: LeaseRequest,
  tag?: string,
): Promise<Lease[]> {
  if (tag !== undefined && typeof tag !== 'string') throw new TypeError(`tag must be a text, got ${kindOf(tag)}`);
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

/** A lease that is to end so many seconds from now. */
export interface LeaseChange extends HeldLease {
  leaseSeconds: number;
}

/**
 * Changes up to 1000 leases of a queue with one statement. The new ends, by name; a task that is missing is gone, or another's by now.
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
 * Deletes up to 1000 tasks of a queue by their leases. The names of those whose leases were lost; the rest are gone.
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
 * Deletes by leases, most often all of them: so the answer has the names of tasks that were not deleted. Names and tokens are those the database gave: nothing in them
 * needs an escape, and the driver would look for one in each.
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
 * Makes a lease end so many seconds from now; 0 gives the task back.
 *
 * @throws TaskLeaseExpiredError when it is someone else's by now; TombstonedTaskError, UnknownTaskError when it is gone
 */
export async function modifyTaskLease(
  executor: Executor,
  queue: string,
  task: HeldLease,
  leaseSeconds: number,
): Promise<Lease> {
  const query = call('modify_task_lease', {
    queue: requireText(queue, 'the name of a queue', InvalidQueueNameError),
    name: requireText(task.name, 'the name of a task', InvalidTaskNameError),
    lease_token: task.leaseToken,
    lease_seconds: seconds(leaseSeconds),
  });
  const row = await runOne(executor, query);
  // A task that was given back has no token; the old one goes on proving that it is not ours. None at all would delete without asking.
  return readLease({ ...row, lease_token: row.lease_token ?? task.leaseToken });
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
}: Crossed<LeasedTaskRow>): Lease {
  return {
    queue,
    name,
    eta: readDate(eta),
    created: readDate(created),
    payload: payload ?? new Uint8Array(), // a push task without a body, in a queue that became a pull queue
    tag,
    retryCount: retry_count,
    leaseToken: lease_token ?? '', // leased tasks have one
  };
}
