// Records the outcomes of attempts of several queues with one statement: one round trip, one commit. The same statement
// records the attempts themselves. Completions make one call per queue, in the order of the queues' names, so that two
// such statements cannot deadlock.

import type { FailedTask, LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from '../postgres/executor.ts';
import { run, statement } from '../schema/call.ts';

/** An attempt, in the form of record_attempts. */
export interface AttemptRecord {
  queue: string;
  name: string;
  /** From 1. */
  attempt: number;
  /** 0: no response. */
  status: number;
  seconds: number;
  /** null: success. */
  reason: string | null;
  error: string | null;
  response: string | null;
  dispatcher: string;
  /** null: no URL was called. */
  url: string | null;
}

/** A failure, in the form of fail_task. */
export interface FailureRecord extends LeaseRef {
  queue: string;
  status: number;
  reason: string;
  responded: boolean;
  forced: boolean;
  /** Minimum number of seconds before the retry; absent: only the back-off counts. */
  retryAfter?: number | undefined;
  /** True: the task is not retried. */
  last?: boolean | undefined;
}

/** A failure in a given queue. */
export type FailureReport = Omit<FailureRecord, 'queue'>;

/** Tasks of a queue to complete. */
export interface Completion {
  queue: string;
  leases: readonly LeaseRef[];
}

/** Records attempts exactly once, whatever the statement joins it with. */
const RECORD_ATTEMPTS = (parameter: number) =>
  `with recorded as materialized (select taskqueue.record_attempts($${parameter}::pg_catalog.jsonb))`;

/**
 * One row per completion, with its position from 1. `done` has the completed ids; null means all of them, which need
 * not be sent. Most completions have no attempts to record.
 */
export function completeAll(completions: readonly Completion[], attempts: readonly AttemptRecord[]) {
  const all = completions.flatMap(({ leases }) => leases);
  let end = 0;
  const ends = completions.map(({ leases }) => (end += leases.length));
  return statement<{ position: number | string; done: string[] | null }>(
    `${attempts.length > 0 ? RECORD_ATTEMPTS(6) : ''}
     select a.position, case when pg_catalog.count(c.id) operator(pg_catalog.<=) (a.last operator(pg_catalog.-) a.first)
                             then coalesce(pg_catalog.array_agg(c.id::pg_catalog.text)
                               filter (where c.id is not null), '{}') end as done
     from ${attempts.length > 0 ? 'recorded, ' : ''}
          (select o.* from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[]),
            pg_catalog.unnest($3::integer[]))
             with ordinality as o(name_of_queue, first, last, position) order by o.name_of_queue) as a
          left join lateral
          taskqueue.complete_tasks(a.name_of_queue, ($4::bigint[])[a.first : a.last],
            ($5::pg_catalog.uuid[])[a.first : a.last]) as c(id) on true
     group by a.position, a.first, a.last`,
    [
      completions.map(({ queue }) => queue),
      completions.map(({ leases }, i) => (ends[i] as number) - leases.length + 1),
      ends,
      `{${all.map(({ id }) => id).join()}}`, // ids and tokens need no escaping, and the driver would check each
      `{${all.map(({ leaseToken }) => leaseToken).join()}}`,
      ...(attempts.length > 0 ? [JSON.stringify(attempts)] : []),
    ],
  );
}

/**
 * One row per failure: its index from 0 and the outcome. Failures are passed as JSON, because the reading of a null in
 * an array depends on the session's array_nulls.
 */
export function failAll(failures: readonly FailureRecord[], attempts: readonly AttemptRecord[]) {
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
  return statement<{ index: number | string; outcome: FailedTask['outcome'] }>(
    `${RECORD_ATTEMPTS(2)}
     select r.index, r.outcome from taskqueue.fail_tasks($1::pg_catalog.jsonb) as r, recorded`,
    [JSON.stringify(rows), JSON.stringify(attempts)],
  );
}

/**
 * Completes tasks and records attempts; returns the completed ids of each completion. The leases of the others were
 * stale.
 */
export async function completeTasks(
  executor: Executor,
  completions: readonly Completion[],
  attempts: readonly AttemptRecord[] = [],
): Promise<string[][]> {
  const completed = completions.map(({ leases }) => leases.map(({ id }) => id));
  for (const { position, done } of await run(executor, completeAll(completions, attempts)))
    if (done !== null) completed[Number(position) - 1] = done;
  return completed;
}

/** Records failed attempts of any queues; returns the outcome of each, in the same order. */
export async function failTasks(
  executor: Executor,
  failures: readonly FailureRecord[],
  attempts: readonly AttemptRecord[],
): Promise<FailedTask['outcome'][]> {
  const outcomes: FailedTask['outcome'][] = failures.map(() => 'stale');
  for (const { index, outcome } of await run(executor, failAll(failures, attempts))) outcomes[Number(index)] = outcome;
  return outcomes;
}
