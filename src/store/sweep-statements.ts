// Sweeping several queues with one statement.

import type { Executor } from '../postgres/executor.ts';

/** What one call removes at most. */
const PORTION = 10_000;

/** Gives the queues in which there may be more to remove. */
export async function sweepAll(executor: Executor, queues: string[]): Promise<string[]> {
  const text =
    'select q.name from pg_catalog.unnest($1::pg_catalog.text[]) as q(name) where taskqueue.sweep_queue(q.name) operator(pg_catalog.>=) $2';
  return (await executor.query(text, [queues, PORTION])).rows.map(({ name }) => name);
}
