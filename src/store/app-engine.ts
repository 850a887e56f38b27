// What App Engine's SDKs need beside the verbs of all clients.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne, statement } from '../schema/call.ts';
import { microseconds, momentOf } from '../schema/columns.ts';
import type { BigintValue, FunctionRows } from '../schema/rows.ts';
import { batchElement, type TaskArguments } from './new-task.ts';
import { readCount, readNumberOrNull } from './values.ts';

/**
 * Checks up to 100 tasks without adding them. Returns for each the SQLSTATE of what is wrong with it; undefined: it is
 * valid.
 *
 * @throws UnknownQueueError and other errors that concern all of them
 */
export async function checkTasks(
  executor: Executor,
  queue: string,
  tasks: readonly TaskArguments[],
): Promise<(string | undefined)[]> {
  const query = call('check_tasks', { queue, tasks: JSON.stringify(tasks.map(batchElement)) });
  return (await run(executor, query)).map(({ error }) => error ?? undefined);
}

/**
 * Deletes up to 1000 tasks of a queue by name. Returns how each ended, in the given order.
 *
 * @throws UnknownQueueError, TooManyTasksError, DuplicateTaskNameError
 */
export async function finishNamedTasks(
  executor: Executor,
  queue: string,
  names: readonly string[],
): Promise<FunctionRows['finish_tasks']['result'][]> {
  const rows = await run(executor, call('finish_tasks', { queue, names }));
  return rows.map(({ result }) => result);
}

/** The statistics of a queue, with microseconds. A missing queue is an empty one. */
export async function remoteStatistics(executor: Executor, queue: string) {
  const row = await runOne(executor, call('queue_statistics', { queue }));
  return {
    tasks: readCount(row.tasks),
    oldestEta: row.oldest_eta === null ? null : BigInt(row.oldest_eta as unknown as BigintValue),
    executedLastMinute: readCount(row.executed_last_minute),
    executedLastHour: readCount(row.executed_last_hour),
    inFlight: row.in_flight === null ? null : readCount(row.in_flight),
    enforcedRate: readNumberOrNull(row.enforced_rate),
  };
}

/** Where a list of tasks begins: by name; or by ETA, of equals by name; or by tag, of equals by ETA and name. */
export interface QueryStart {
  name?: string | undefined;
  /** Microseconds since 1970. */
  eta?: bigint | undefined;
  tag?: string | undefined;
}

interface QueriedRow {
  name: string;
  eta: BigintValue;
  created: BigintValue;
  method: string;
  url: string | null;
  tag: string | null;
  retry_count: number;
  size: BigintValue;
}

const MOST_QUERIED = 1_000;
const EARLIEST = 0n;
const LATEST = 253_402_300_799_999_999n;

/** Lists tasks, in the order of the start's parts; without any, by name. */
export async function queryTasks(executor: Executor, queue: string, { name, eta, tag }: QueryStart, limit: number) {
  const parts = tag !== undefined ? ['t.tag', 't.eta', 't.name'] : eta !== undefined ? ['t.eta', 't.name'] : ['t.name'];
  const moment = eta === undefined || eta < EARLIEST ? EARLIEST : eta > LATEST ? LATEST : eta;
  const given: Record<string, string> = { 't.tag': tag ?? '', 't.eta': moment.toString(), 't.name': name ?? '' };
  const starts = parts.map((part, index) => (part === 't.eta' ? momentOf(`$${index + 3}`) : `$${index + 3}`));
  const query = statement<QueriedRow>(
    `select t.name, ${microseconds('t.eta')} as eta, ${microseconds('t.created')} as created, t.method, t.url, t.tag,
       t.retry_count, t.size
     from taskqueue.tasks as t
     where t.queue operator(pg_catalog.=) $1 and (${parts.join(', ')}) operator(pg_catalog.>=) (${starts.join(', ')})
     order by ${parts.join(', ')} limit $2`,
    [queue, Math.min(Math.max(limit, 0), MOST_QUERIED), ...parts.map((part) => given[part])],
  );
  return (await run(executor, query)).map(({ eta, created, size, retry_count, ...row }) => ({
    ...{ ...row, eta: BigInt(eta), created: BigInt(created), size: readCount(size), retryCount: retry_count },
  }));
}
