// What dispatchers do to the database: claim, settle, keep the house. Not for applications.

import type { Dispatch, FailedTask, LeaseRef } from '../domain/dispatch.ts';
import type { DispatcherQueue } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { DispatchRow } from '../schema/rows.ts';
import { type AttemptRecord, type FailureRecord, failAll } from './attempt-statements.ts';
import { type Claim, claimFromAll, readClaimed } from './claims.ts';
import { type Completion, completeAll } from './completions.ts';
import { type Note, recordAllStatistics } from './statistics-statements.ts';
import { sweepAll } from './sweep-statements.ts';
import { readCount, readDateOrNull, readNumberOrNull } from './values.ts';

export type { Note };

/** An attempt that failed. */
export interface FailureReport extends LeaseRef {
  /** 0: there was no response. */
  status: number;
  reason: string;
  /** True: a response of any status arrived in time. */
  responded: boolean;
  forced: boolean;
  /** Seconds before which it is not tried again, whatever the back-off. */
  retryAfter?: number | undefined;
  /** True: it is not tried again, unless it was forced to run. */
  last?: boolean | undefined;
}

/** So many tasks of a queue. */
export interface Portion {
  queue: string;
  maxTasks: number;
}

/** What a claim got. */
export interface Claimed {
  /** For each portion its own. */
  dispatches: Dispatch[][];
  /** Those that its answer had no room for, by the place of their portion: claimedTasks reads them. */
  unread: (LeaseRef & { portion: number })[];
}

/** How many tasks of each queue someone asked to run now, counted to 100; those that have none are left out. */
export async function forcedQueues(executor: Executor, queues: string[]): Promise<Map<string, number>> {
  const rows = await run(executor, call('forced_queues', { queues }));
  return new Map(rows.map(({ queue, tasks }) => [queue, tasks]));
}

/**
 * Claims tasks for each portion: due ones of running push queues, or those that someone asked to run now.
 *
 * @param claimer the dispatcher's number
 */
export async function claimTasks(
  executor: Executor,
  claim: Claim,
  portions: readonly Portion[],
  claimer: number,
): Promise<Claimed> {
  const queues = portions.map(({ queue }) => queue);
  const most = portions.map(({ maxTasks }) => maxTasks);
  const claimed: Claimed = { dispatches: portions.map(() => []), unread: [] };
  const { rows } = await claimFromAll(executor, claim, queues, most, claimer);
  for (const row of rows) {
    const portion = Number(row.asked) - 1;
    if (row.url === null) claimed.unread.push({ id: String(row.id), leaseToken: row.lease_token, portion });
    else claimed.dispatches[portion]?.push(readDispatch(row));
  }
  return claimed;
}

/** Reads tasks that are claimed; those that have another claim by now, or have ended, are left out. */
export async function claimedTasks(
  executor: Executor,
  leases: readonly LeaseRef[],
  forced: boolean,
): Promise<Dispatch[]> {
  const { ids, lease_tokens } = columns(leases);
  const { rows } = await readClaimed(executor, ids, lease_tokens, forced);
  return rows.map(readDispatch);
}

/** Completes tasks, and keeps attempts; returns the ids it completed, for each completion its own. The leases of the others were stale. */
export async function completeTasks(
  executor: Executor,
  completions: readonly Completion[],
  attempts: readonly AttemptRecord[] = [],
): Promise<string[][]> {
  const completed = completions.map(({ leases }) => leases.map(({ id }) => id));
  const { rows } = await completeAll(executor, completions, attempts);
  for (const { position, done } of rows) if (done !== null) completed[Number(position) - 1] = done;
  return completed;
}

/** Records failed attempts of any queues, and keeps them; what became of each, in the same order. */
export async function failTasks(
  executor: Executor,
  failures: readonly FailureRecord[],
  attempts: readonly AttemptRecord[],
): Promise<FailedTask['outcome'][]> {
  const outcomes: FailedTask['outcome'][] = failures.map(() => 'stale');
  const { rows } = await failAll(executor, failures, attempts);
  for (const { index, outcome } of rows) outcomes[Number(index)] = outcome;
  return outcomes;
}

/** Makes room for the attempts of the next days, and drops those that are older than these days. */
export async function sweepAttempts(executor: Executor, keepDays: number): Promise<void> {
  await run(executor, call('sweep_attempts', { keep: `${keepDays} days` }));
}

/** Gives back tasks that were claimed and never sent, to be claimed again after the delay; returns how many. */
export async function releaseTasks(
  executor: Executor,
  queue: string,
  leases: readonly LeaseRef[],
  delaySeconds = 0,
): Promise<number> {
  const query = call('release_tasks', { queue, ...columns(leases), delay_seconds: delaySeconds });
  return readCount((await runOne(executor, query)).release_tasks);
}

/** When the queue next has something to claim; null: nothing. */
export async function nextDue(executor: Executor, queue: string): Promise<Date | null> {
  return readDateOrNull((await runOne(executor, call('next_due', { queue }))).next_due);
}

/**
 * Every live queue, as the dispatcher of this number sees it.
 *
 * @param counted ids of the queues of which more than their settings is asked
 */
export async function dispatcherQueues(
  executor: Executor,
  number: number,
  counted: readonly number[],
): Promise<DispatcherQueue[]> {
  const rows = await run(executor, call('dispatcher_queues', { counted: [...counted] }));
  return rows.map(({ id, name, mode, running, purged, ...row }) => ({
    id,
    name,
    mode,
    running,
    purged,
    rate: Number(row.rate ?? 0),
    bucketSize: row.bucket_size ?? 0,
    maxConcurrentRequests: row.max_concurrent_requests ?? 0,
    others: row.in_flight === null ? undefined : (row.claimers ?? []).filter(({ claimer }) => claimer !== number),
    enforcedRate: readNumberOrNull(row.enforced_rate),
    rateSince: String(row.rate_since),
    restedSeconds: readNumberOrNull(row.rested_seconds),
  }));
}

/** Puts on record how many attempts of each queue have ended, and its enforced rate. */
export async function recordStatistics(executor: Executor, notes: readonly Note[]): Promise<void> {
  await recordAllStatistics(executor, notes);
}

/** Finds tasks below the floor, and removes expired tombstones, dead tasks and old statistics of a queue; returns how many rows. */
export async function sweepQueue(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('sweep_queue', { queue }))).sweep_queue);
}

/** The same for several queues at once; returns those in which there may be more to remove. */
export async function sweepQueues(executor: Executor, queues: string[]): Promise<string[]> {
  return sweepAll(executor, queues);
}

/** Takes rows of purged tasks away, a few thousand; returns how many. */
export async function cleanPurged(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('clean_purged', { queue }))).clean_purged);
}

function columns(leases: readonly LeaseRef[]): { ids: string[]; lease_tokens: string[] } {
  return { ids: leases.map(({ id }) => id), lease_tokens: leases.map(({ leaseToken }) => leaseToken) };
}

function readDispatch(row: DispatchRow): Dispatch {
  return {
    id: String(row.id),
    queue: row.queue,
    name: row.name,
    url: row.url,
    method: row.method,
    headers: row.headers ?? {},
    body: row.body,
    target: row.target,
    namespace: row.namespace ?? '',
    eta: BigInt(row.eta_microseconds),
    created: BigInt(row.created_microseconds),
    retryCount: row.retry_count,
    executionCount: row.execution_count,
    previousResponse: row.previous_response,
    retryReason: row.retry_reason,
    dispatchDeadline: Number(row.dispatch_deadline_microseconds) / 1_000_000,
    leaseToken: row.lease_token,
    forced: row.forced,
  };
}
