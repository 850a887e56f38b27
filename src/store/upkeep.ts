// Upkeep of the queues' data: statistics, sweeps, rows of purged tasks.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { readCount } from './values.ts';

/** Maximum number of rows that one sweep of a queue removes. */
const SWEEP_LIMIT = 10_000;

/** The statistics recorded for a queue. */
export interface StatisticsEntry {
  queue: string;
  /** Number of attempts that have ended since the last entry. */
  executed: number;
  /** Tasks per second; null: the queue is not throttled. */
  enforcedRate: number | null;
}

/** The entries are passed as JSON, because the reading of a null in an array depends on the session's array_nulls. */
export function recordAllStatistics(entries: readonly StatisticsEntry[]) {
  return statement(
    `select taskqueue.record_statistics(s.queue, s.executed, s."enforcedRate")
     from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb)
       as s(queue pg_catalog.text, executed bigint, "enforcedRate" double precision)`,
    [JSON.stringify(entries)],
  );
}

/** Sweeps queues; returns rows for those that may have more to remove. */
export function sweepAll(queues: readonly string[]) {
  return statement<{ name: string }>(
    `select q.name from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)
     where taskqueue.sweep_queue(q.name) operator(pg_catalog.>=) $2`,
    [queues, SWEEP_LIMIT],
  );
}

/** Records the number of ended attempts of each queue, and its enforced rate. */
export async function recordStatistics(executor: Executor, entries: readonly StatisticsEntry[]): Promise<void> {
  await run(executor, recordAllStatistics(entries));
}

/**
 * Finds tasks below the floors of queues, and removes expired tombstones, dead tasks and old statistics; returns the
 * queues that may have more to remove.
 */
export async function sweepQueues(executor: Executor, queues: readonly string[]): Promise<string[]> {
  return (await run(executor, sweepAll(queues))).map(({ name }) => name);
}

/**
 * Creates the partitions for the attempts and completed tasks of the next days, and drops those that no queue keeps any
 * longer.
 */
export async function sweepDays(executor: Executor): Promise<void> {
  await run(executor, call('sweep_attempts', {}));
  await run(executor, call('sweep_completed_tasks', {}));
}

/**
 * Adds the notices of up to `most` dead tasks, at most 100; returns how many. Null: none, and lease calls can bury no
 * task that needs one.
 */
export async function notifyDeaths(executor: Executor, most: number): Promise<number | null> {
  return (await runOne(executor, call('notify_deaths', { max_tasks: most }))).notify_deaths;
}

/** Removes rows of purged tasks, a few thousand at a time; returns their number. */
export async function cleanPurged(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('clean_purged', { queue }))).clean_purged);
}

/** Lists the queues that no dispatcher leads. */
export async function unattendedQueues(executor: Executor): Promise<string[]> {
  return (await run(executor, call('unattended_queues', {}))).map((row) => row.unattended_queues);
}

/** Maintains a queue without a dispatcher: removes some of its purged and expired rows; returns their number. */
export async function maintainQueue(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('maintain_queue', { queue }))).maintain_queue);
}
