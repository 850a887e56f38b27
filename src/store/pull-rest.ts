// Pull tasks as the REST API v1beta2 presents them.

import { UnknownTaskError } from '../domain/errors.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import * as sql from './pull-rest-statements.ts';

/** Maximum size of the payloads of one lease response: 1 MB. */
const MAX_BYTES = 1_048_576;
const MAX_LISTED = 100;

/** A pull task. */
export interface RestTask {
  name: string;
  /** Microseconds since 1970: when the lease expires, or when the task may first be leased. */
  eta: bigint;
  created: bigint;
  tag: string | null;
  retryCount: number;
  /** undefined: not requested. */
  payload: Uint8Array | undefined;
}

/** A request for leases. */
export interface RestLease {
  seconds: number;
  tasks: number;
  byTag: boolean;
  tag: string | undefined;
}

/** @param maxBytes maximum size of the payloads together; the first task is leased however large it is */
export async function leaseRestTasks(
  executor: Executor,
  queue: string,
  { seconds, tasks, byTag, tag }: RestLease,
  maxBytes = MAX_BYTES,
): Promise<RestTask[]> {
  const query = byTag
    ? sql.leaseRowsByTag(queue, seconds, tasks, maxBytes, tag ?? null)
    : sql.leaseRows(queue, seconds, tasks, maxBytes);
  return (await run(executor, query)).map(readTask);
}

/** Lists the first hundred tasks by ETA, without their payloads. */
export async function listRestTasks(executor: Executor, queue: string): Promise<RestTask[]> {
  return (await run(executor, sql.listRows(queue, MAX_LISTED))).map(readTask);
}

/** @throws UnknownTaskError */
export async function getRestTask(executor: Executor, queue: string, name: string): Promise<RestTask> {
  const [row] = await run(executor, sql.taskRow(queue, name));
  if (row) return readTask(row);
  throw new UnknownTaskError(`queue ${queue} has no task ${name}`, { detail: { queue, name } });
}

/** A task to insert. */
export interface NewRestTask {
  name: string | undefined;
  payload: Uint8Array;
  tag: string | undefined;
  /** Microseconds since 1970; undefined: now. */
  eta: bigint | undefined;
}

/** @throws TaskAlreadyExistsError, TombstonedTaskError, InvalidTaskError and its subclasses */
export async function insertRestTask(executor: Executor, queue: string, task: NewRestTask): Promise<RestTask> {
  const { name = null, payload, eta, tag = null } = task;
  const row = await runOne(executor, sql.insertRow(queue, name, payload, eta?.toString() ?? null, tag));
  return readTask({ ...row, payload });
}

/**
 * @param eta the proof: when the lease expires, in microseconds; undefined: no proof is required
 * @throws TaskLeaseExpiredError and the errors of modifyTaskLease
 */
export async function modifyRestTask(
  executor: Executor,
  queue: string,
  name: string,
  seconds: number,
  eta: bigint | undefined,
): Promise<RestTask> {
  return readTask(await runOne(executor, sql.modifyRow(queue, name, seconds, eta?.toString() ?? null)));
}

function readTask({ name, eta, created, tag, retry_count, payload }: sql.RestTaskRow): RestTask {
  const moments = { eta: BigInt(eta), created: BigInt(created) };
  return { name, ...moments, tag, retryCount: retry_count, payload: payload ?? undefined };
}

/** Deletes a task by name. Returns false if there is no such task. */
export async function finishRestTask(executor: Executor, queue: string, name: string): Promise<boolean> {
  return (await runOne(executor, call('finish_task', { queue, name }))).finish_task;
}
