// Settling attempts, and keeping what became of them, with one statement: one round trip, one commit.

import type { LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from './executor.ts';

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
export const KEPT = (place: number) => `with kept as materialized (select taskqueue.record_attempts($${place}::jsonb))`;

/** Rows of position (from 1), outcome and eta. */
export function failAll(executor: Executor, failures: readonly FailureRecord[], attempts: readonly AttemptRecord[]) {
  const column = <Key extends keyof FailureRecord>(key: Key) => failures.map((failure) => failure[key]);
  return executor.query(
    `${KEPT(10)}
     select f.position, r.outcome, r.eta
     from unnest($1::text[], $2::bigint[], $3::uuid[], $4::integer[], $5::text[], $6::boolean[], $7::boolean[], $8::double precision[],
                 $9::boolean[])
            with ordinality as f(queue, id, lease_token, status, reason, responded, forced, retry_after, last, position),
          taskqueue.fail_task(f.queue, f.id, f.lease_token, f.status, f.reason, f.responded, f.forced, f.retry_after, f.last) as r, kept`,
    [
      column('queue'),
      column('id'),
      column('leaseToken'),
      column('status'),
      column('reason'),
      column('responded'),
      column('forced'),
      column('retryAfter').map((seconds) => seconds ?? null),
      column('last').map((last) => last ?? false),
      JSON.stringify(attempts),
    ],
  );
}
