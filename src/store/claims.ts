// Claims tasks of several queues with one statement: one round trip, one commit. The size of its result is bounded,
// however large the tasks are. A session whose process is stopped while a result is being sent keeps its leaderships
// until the server drops it; over a Unix socket it never does. So a result must fit into the socket buffer. For tasks
// that do not fit, it contains only what is needed to read them on another connection, which holds no leadership.

import type { Dispatch, LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import type { Selected } from '../schema/column-values.ts';
import { columnsOfFunction } from '../schema/columns.ts';
import type { DispatchRow } from '../schema/dispatch-rows.ts';
import { readCount } from './values.ts';

/** The function that claims tasks of one queue: due tasks, or those requested to run now. */
export type Claim = 'claim_tasks' | 'claim_forced_tasks';

/** A Unix socket on Linux buffers about 190 KB. */
export const MOST_CLAIM_BYTES = 170 * 1024;
/** The size of a row for a task that does not fit. */
const LEFT_OUT_BYTES = 90;

const NARROW =
  'id queue method eta created retry_count execution_count non_5xx_execution_count previous_response retry_reason dispatch_deadline lease_token forced';
const WIDE = 'name url headers body target namespace http http_target';
const COLUMNS = [
  ...NARROW.split(' ').map((name) => `c."${name}"`),
  ...WIDE.split(' ').map((name) => `case when c.fits then c."${name}" end as "${name}"`),
].join(', ');
/**
 * The size of a row: its wide columns as text, where each byte takes two digits, and an allowance for the rest.
 * Operators named with their schema all have the same precedence and associate to the left.
 */
const BYTES = `250 operator(pg_catalog.+) (2 operator(pg_catalog.*) coalesce(pg_catalog.octet_length(f.body), 0))
  operator(pg_catalog.+) pg_catalog.octet_length(f.url) operator(pg_catalog.+) pg_catalog.octet_length(f.name)
  operator(pg_catalog.+) coalesce(2 operator(pg_catalog.*) pg_catalog.pg_column_size(f.headers), 0)
  operator(pg_catalog.+) coalesce(2 operator(pg_catalog.*) (pg_catalog.pg_column_size(f.http) operator(pg_catalog.+)
  coalesce(pg_catalog.pg_column_size(f.http_target), 0)), 0)`;

/** A request for up to `maxTasks` tasks of a queue. */
export interface ClaimRequest {
  queue: string;
  maxTasks: number;
}

/** The result of a claim. */
export interface Claimed {
  /** One list per request. */
  dispatches: Dispatch[][];
  /** Tasks that did not fit into the result, with the index of their request: claimedTasks reads them. */
  unread: (LeaseRef & { request: number })[];
}

type ClaimedRow = Selected<DispatchRow> & {
  /** Position of the request, from 1. */
  asked: number | string;
};

/**
 * Rows of dispatches, each with `asked`: the position, from 1, of its request. Tasks that did not fit have null in
 * their wide columns, including the URL; readClaimed returns them in full.
 */
export function claimFromAll(claim: Claim, requests: readonly ClaimRequest[], claimer: number) {
  const queues = requests.map(({ queue }) => queue);
  const most = requests.map(({ maxTasks }) => maxTasks);
  const asked = most.reduce((sum, tasks) => sum + tasks, 0);
  return statement<ClaimedRow>(
    `select asked, ${columnsOfFunction(claim)}
     from (select c.asked, ${COLUMNS}
           from (select a.asked, f.*, pg_catalog.sum(${BYTES}) over (rows unbounded preceding) operator(pg_catalog.<=)
             $4::integer as fits
                 from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[]))
                   with ordinality as a(name_of_queue, most, asked),
                      taskqueue.${claim}(a.name_of_queue, a.most, $3::integer) as f) as c) as d`,
    [queues, most, claimer, MOST_CLAIM_BYTES - LEFT_OUT_BYTES * asked],
  );
}

/** The same rows in full, for tasks already claimed. */
export function readClaimed(leases: readonly LeaseRef[], forced: boolean) {
  const { ids, lease_tokens } = columns(leases);
  return statement<Selected<DispatchRow>>(
    `select ${columnsOfFunction('claimed_tasks')}
     from taskqueue.claimed_tasks($1::bigint[], $2::pg_catalog.uuid[], $3::boolean)`,
    [ids, lease_tokens, forced],
  );
}

/** Counts the tasks of each queue requested to run now, up to 100; queues without any are left out. */
export async function forcedQueues(executor: Executor, queues: string[]): Promise<Map<string, number>> {
  const rows = await run(executor, call('forced_queues', { queues }));
  return new Map(rows.map(({ queue, tasks }) => [queue, tasks]));
}

/**
 * Claims tasks for each request: due tasks of running push queues, or those requested to run now.
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

/** Reads claimed tasks; tasks that have since been claimed again or have ended are left out. */
export async function claimedTasks(
  executor: Executor,
  leases: readonly LeaseRef[],
  forced: boolean,
): Promise<Dispatch[]> {
  return (await run(executor, readClaimed(leases, forced))).map(readDispatch);
}

/** Releases tasks that were claimed but never sent, to be claimed again after the delay; returns their number. */
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

function readDispatch(row: Selected<DispatchRow>): Dispatch {
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
    http: row.http,
    non5xxExecutionCount: row.non_5xx_execution_count,
    httpTarget: row.http_target,
  };
}
