// Keeps the data of queues in order: statistics, sweeps, the rows of purged tasks.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { readCount } from './values.ts';

/** Rows that one sweep of a queue removes at most. */
const SWEEP_LIMIT = 10_000;

/** What is recorded of a queue. */
export interface StatisticsEntry {
  queue: string;
  /** Attempts that have ended since the last entry. */
  executed: number;
  /** Tasks a second; null: it is not throttled. */
  enforcedRate: number | null;
}

/** The entries travel as JSON: what a null in an array is read as depends on the session's array_nulls. */
export function recordAllStatistics(entries: readonly StatisticsEntry[]) {
  return statement(
    `select taskqueue.record_statistics(s.queue, s.executed, s."enforcedRate")
     from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s(queue pg_catalog.text, executed bigint, "enforcedRate" double precision)`,
    [JSON.stringify(entries)],
  );
}

/** Sweeps queues; rows of those in which there may be more to remove. */
export function sweepAll(queues: readonly string[]) {
  return statement<{ name: string }>(
    'select q.name from pg_catalog.unnest($1::pg_catalog.text[]) as q(name) where taskqueue.sweep_queue(q.name) operator(pg_catalog.>=) $2',
    [queues, SWEEP_LIMIT],
  );
}

/** Records how many attempts of each queue have ended, and its enforced rate. */
export async function recordStatistics(executor: Executor, entries: readonly StatisticsEntry[]): Promise<void> {
  await run(executor, recordAllStatistics(entries));
}

/**
 * Finds tasks below the floors of queues, and removes their expired tombstones, dead tasks and old statistics; returns the queues in which there may be
 * more to remove.
 */
export async function sweepQueues(executor: Executor, queues: readonly string[]): Promise<string[]> {
  return (await run(executor, sweepAll(queues))).map(({ name }) => name);
}

/** Prepares the partitions for the attempts of the next days, and drops those that are older than `keepDays`. */
export async function sweepAttempts(executor: Executor, keepDays: number): Promise<void> {
  await run(executor, call('sweep_attempts', { keep: `${keepDays} days` }));
}

/** Removes rows of purged tasks, a few thousand at a time; returns how many. */
export async function cleanPurged(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('clean_purged', { queue }))).clean_purged);
}

/** The queues that no dispatcher leads. */
export async function unattendedQueues(executor: Executor): Promise<string[]> {
  return (await run(executor, call('unattended_queues', {}))).map((row) => row.unattended_queues);
}

/** Does the upkeep of a queue without a dispatcher: removes what is purged or has expired, some of it; returns how many rows. */
export async function maintainQueue(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('maintain_queue', { queue }))).maintain_queue);
}
