// Upkeep of the queues' data: sweeps, rows of purged tasks.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { readCount } from './values.ts';

/** Maximum number of rows that one sweep of a queue removes. */
const SWEEP_LIMIT = 10_000;

/** Sweeps queues; returns rows for those that may have more to remove. */
export function sweepAll(queues: readonly string[]) {
  return statement<{ name: string }>(
    `select q.name from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)
     where taskqueue.sweep_queue(q.name) operator(pg_catalog.>=) $2`,
    [queues, SWEEP_LIMIT],
  );
}

/**
 * Finds tasks below the floors of queues, and removes expired tombstones, dead tasks and old blockers; returns the
 * queues that may have more to remove.
 */
export async function sweepQueues(executor: Executor, queues: readonly string[]): Promise<string[]> {
  return (await run(executor, sweepAll(queues))).map(({ name }) => name);
}

/**
 * Creates the partitions for attempts, completed tasks and statistics to come, and drops those that are no longer kept.
 */
export async function sweepPartitions(executor: Executor): Promise<void> {
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
