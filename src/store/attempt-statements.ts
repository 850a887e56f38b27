// Settling attempts, and keeping what became of them, with one statement: one round trip, one commit.

import type { LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from '../postgres/executor.ts';

/** An attempt as record_attempts takes it. */
export interface AttemptRecord {
  queue: string;
  name: string;
  /** From 1. */
  attempt: number;
  /** 0: no answer. */
  status: number;
  seconds: number;
  /** null: success. */
  reason: string | null;
  error: string | null;
  response: string | null;
  dispatcher: string;
}

/** A failure as fail_task takes it. */
export interface FailureRecord extends LeaseRef {
  queue: string;
  status: number;
  reason: string;
  responded: boolean;
  forced: boolean;
  /** Seconds before which it is not tried again; absent: by the back-off alone. */
  retryAfter?: number | undefined;
  /** True: it is not tried again. */
  last?: boolean | undefined;
}

/** Evaluated once, whatever it is joined with. */
export const KEPT = (place: number) =>
  `with kept as materialized (select taskqueue.record_attempts($${place}::pg_catalog.jsonb))`;

/** Rows of index (from 0) and outcome. The failures travel as JSON: what a null in an array is read as depends on the session's array_nulls. */
export function failAll(executor: Executor, failures: readonly FailureRecord[], attempts: readonly AttemptRecord[]) {
  const rows = failures.map((failure) => ({
    queue: failure.queue,
    id: failure.id,
    lease_token: failure.leaseToken,
    status: failure.status,
    reason: failure.reason,
    responded: failure.responded,
    forced: failure.forced,
    retry_after: failure.retryAfter,
    last: failure.last,
  }));
  return executor.query(
    `${KEPT(2)}
     select r.index, r.outcome from taskqueue.fail_tasks($1::pg_catalog.jsonb) as r, kept`,
    [JSON.stringify(rows), JSON.stringify(attempts)],
  );
}
