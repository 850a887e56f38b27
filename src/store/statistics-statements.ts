// Noting what happened in several queues with one statement.

import type { Executor } from '../postgres/executor.ts';

/** What is put on record of a queue. */
export interface Note {
  queue: string;
  /** Attempts that have ended since the last note. */
  executed: number;
  /** Tasks a second; null: it is not throttled. */
  enforcedRate: number | null;
}

/** The notes travel as JSON: what a null in an array is read as depends on the session's array_nulls. */
export function recordAllStatistics(executor: Executor, notes: readonly Note[]) {
  return executor.query(
    `select taskqueue.record_statistics(s.queue, s.executed, s."enforcedRate")
     from pg_catalog.jsonb_to_recordset($1::pg_catalog.jsonb) as s(queue pg_catalog.text, executed bigint, "enforcedRate" double precision)`,
    [JSON.stringify(notes)],
  );
}
