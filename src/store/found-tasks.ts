// Finds and counts tasks among many, by bounded scans.

import type { FoundPage, FoundTask, TaskCount, TaskFilter, Tombstone } from '../domain/found-task.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
import type { FoundTaskRow } from '../schema/job-rows.ts';
import type { Selected } from '../schema/rows.ts';
import { readStatus } from './tasks.ts';
import { readCount, readDate, readNumberOrNull } from './values.ts';

/** Where a page begins, and how many rows it has at most. */
export interface PageRequest {
  after?: string | undefined;
  limit?: number | undefined;
}

/**
 * Finds the next tasks of a queue that match a filter, by due time. A page may have fewer than asked for although more
 * follow: the scan is bounded.
 *
 * @throws UnknownQueueError, InvalidRequestError
 */
export async function findTasks(
  executor: Executor,
  queue: string,
  filter: TaskFilter,
  { after, limit }: PageRequest = {},
): Promise<FoundPage<FoundTask>> {
  const given = { queue, filter: JSON.stringify(filter), after, max_tasks: limit };
  return pageOf(await run(executor, call('find_tasks', given)), readFound);
}

/**
 * Counts the tasks that match a filter, as far as one scan looks.
 *
 * @throws UnknownQueueError, InvalidRequestError
 */
export async function countTasks(
  executor: Executor,
  queue: string,
  filter: TaskFilter,
  after?: string,
): Promise<TaskCount> {
  const given = { queue, filter: JSON.stringify(filter), after };
  const row = await runOne(executor, call('count_tasks', given));
  return { tasks: readCount(row.tasks), lookedAt: readCount(row.looked_at), position: row.position };
}

/** Describes up to 1000 tasks of a queue by their names; those that have none are left out. */
export async function describeTasks(executor: Executor, queue: string, names: readonly string[]): Promise<FoundTask[]> {
  return (await run(executor, call('describe_tasks', { queue, names }))).map(readFound);
}

/** Which tombstones to find: a whole name, on one queue or all; the prefix of names; or the latest of a queue. */
export interface TombstoneSearch extends PageRequest {
  queue?: string | undefined;
  name?: string | undefined;
  prefix?: string | undefined;
}

/** @throws UnknownQueueError, InvalidRequestError */
export async function findTombstones(executor: Executor, search: TombstoneSearch): Promise<FoundPage<Tombstone>> {
  const { queue, name, prefix, after, limit } = search;
  const rows = await run(executor, call('find_tombstones', { queue, name, prefix, after, max_names: limit }));
  return pageOf(rows, (row) => ({
    queue: row.queue,
    name: row.name ?? '',
    ended: readDate(row.ended),
    expires: readDate(row.expires),
  }));
}

/**
 * Frees the name of a task that has ended, before its time.
 *
 * @throws TaskAlreadyExistsError for a live task's name, UnknownTaskError if there is no such tombstone
 */
export async function releaseName(executor: Executor, queue: string, name: string, reason?: string): Promise<void> {
  await runOne(executor, call('release_name', { queue, name, reason }));
}

interface EndOfPage {
  name: string | null;
  looked_at: string | number | bigint | null;
  position: string | null;
}

/** The last row of a bounded scan says how far it came. */
function pageOf<Row extends EndOfPage, Read>(rows: readonly Row[], read: (row: Row) => Read): FoundPage<Read> {
  const end = rows.find(({ name }) => name === null);
  return {
    rows: rows.filter(({ name }) => name !== null).map(read),
    lookedAt: readCount(end?.looked_at ?? rows.length),
    position: end?.position ?? null,
  };
}

function readFound({ statuses, seconds, looked_at: _, position: __, ...row }: Selected<FoundTaskRow>): FoundTask {
  return {
    ...readStatus({ ...row, name: row.name ?? '' }),
    statuses: statuses ?? [],
    seconds: readNumberOrNull(seconds),
  };
}
