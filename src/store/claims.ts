// Claiming from several queues with one statement: one round trip, one commit. Its answer is bounded, however large the tasks are.
//
// A session whose process is stopped while an answer is on its way holds its leaderships until the server gives it up; over a Unix socket it never does. So
// an answer has to fit into the socket. Of tasks beyond that there is only what it takes to read them on another connection, which holds nothing.

import type { Dispatch, LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { columnsOfFunction } from '../schema/columns.ts';
import type { Crossed, DispatchRow } from '../schema/rows.ts';
import { readCount } from './values.ts';

/** What takes tasks of one queue: those that are due, or those that someone asked to run now. */
export type Claim = 'claim_tasks' | 'claim_forced_tasks';

/** Linux gives a Unix socket about 190 KB. */
export const MOST_CLAIM_BYTES = 170 * 1024;
/** What is said of a task that there is no room for. */
const LEFT_OUT_BYTES = 90;

const NARROW =
  'id queue method eta created retry_count execution_count previous_response retry_reason dispatch_deadline lease_token forced';
const WIDE = 'name url headers body target namespace';
const COLUMNS = [
  ...NARROW.split(' ').map((name) => `c."${name}"`),
  ...WIDE.split(' ').map((name) => `case when c.fits then c."${name}" end as "${name}"`),
].join(', ');
/**
 * Of a row: what is in its wide columns as text, where bytes are two digits each, and about as much beside them. Operators that are named with their schema all
 * bind alike, from left to right.
 */
const BYTES = `250 operator(pg_catalog.+) (2 operator(pg_catalog.*) coalesce(pg_catalog.octet_length(f.body), 0))
  operator(pg_catalog.+) pg_catalog.octet_length(f.url) operator(pg_catalog.+) pg_catalog.octet_length(f.name)
  operator(pg_catalog.+) coalesce(2 operator(pg_catalog.*) pg_catalog.pg_column_size(f.headers), 0)`;

/** So many tasks of a queue. */
export interface ClaimRequest {
  queue: string;
  maxTasks: number;
}

/** What a claim got. */
export interface Claimed {
  /** For each request its own. */
  dispatches: Dispatch[][];
  /** Those that its answer had no room for, by the index of their request: claimedTasks reads them. */
  unread: (LeaseRef & { request: number })[];
}

type ClaimedRow = Crossed<DispatchRow> & {
  /** Index of the request, from 1. */
  asked: number | string;
};

/**
 * Rows of dispatches, each with `asked`: the position, from 1, of the queue that it was claimed for. Those that the answer had no room for have null in
 * their wide columns, the URL among them: `readClaimed` has them whole.
 */
export function claimFromAll(claim: Claim, requests: readonly ClaimRequest[], claimer: number) {
  const queues = requests.map(({ queue }) => queue);
  const most = requests.map(({ maxTasks }) => maxTasks);
  const asked = most.reduce((sum, tasks) => sum + tasks, 0);
  return statement<ClaimedRow>(
    `select asked, ${columnsOfFunction(claim)}
     from (select c.asked, ${COLUMNS}
           from (select a.asked, f.*, pg_catalog.sum(${BYTES}) over (rows unbounded preceding) operator(pg_catalog.<=) $4::integer as fits
                 from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[])) with ordinality as a(name_of_queue, most, asked),
                      taskqueue.${claim}(a.name_of_queue, a.most, $3::integer) as f) as c) as d`,
    [queues, most, claimer, MOST_CLAIM_BYTES - LEFT_OUT_BYTES * asked],
  );
}

/** The same rows, whole, of tasks that are claimed. */
export function readClaimed(leases: readonly LeaseRef[], forced: boolean) {
  const { ids, lease_tokens } = columns(leases);
  return statement<Crossed<DispatchRow>>(
    `select ${columnsOfFunction('claimed_tasks')} from taskqueue.claimed_tasks($1::bigint[], $2::pg_catalog.uuid[], $3::boolean)`,
    [ids, lease_tokens, forced],
  );
}

/** How many tasks of each queue someone asked to run now, counted to 100; those that have none are left out. */
export async function forcedQueues(executor: Executor, queues: string[]): Promise<Map<string, number>> {
  const rows = await run(executor, call('forced_queues', { queues }));
  return new Map(rows.map(({ queue, tasks }) => [queue, tasks]));
}

/**
 * Claims tasks for each request: due ones of running push queues, or those that someone asked to run now.
 *
 * @param claimer the dispatcher's number
 */
export async function claimTasks(
  executor: Executor,
  claim: Claim,
  requests: readonly ClaimRequest[],
  claimer: number,
): Promise<Claimed> {
  const claimed: Claimed = { dispatches: requests.map(() => []), unread: [] };
  for (const row of await run(executor, claimFromAll(claim, requests, claimer))) {
    const request = Number(row.asked) - 1;
    if (row.url === null) claimed.unread.push({ id: String(row.id), leaseToken: row.lease_token, request });
    else claimed.dispatches[request]?.push(readDispatch(row));
  }
  return claimed;
}

/** Reads tasks that are claimed; those that have another claim by now, or have ended, are left out. */
export async function claimedTasks(
  executor: Executor,
  leases: readonly LeaseRef[],
  forced: boolean,
): Promise<Dispatch[]> {
  return (await run(executor, readClaimed(leases, forced))).map(readDispatch);
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

function columns(leases: readonly LeaseRef[]): { ids: string[]; lease_tokens: string[] } {
  return { ids: leases.map(({ id }) => id), lease_tokens: leases.map(({ leaseToken }) => leaseToken) };
}

function readDispatch(row: Crossed<DispatchRow>): Dispatch {
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
