// What a page about one queue shows beside its figures: charts, errors, leases and tags. All of it is bounded.

import type { Executor } from '../postgres/executor.ts';
import { call, run, statement } from '../schema/call.ts';
import type { BigintValue } from '../schema/rows.ts';
import { readCount, readDate, readDateOrNull } from './values.ts';

/** The median, and the seconds that one in twenty and one in a hundred exceeded. */
export interface Quantiles {
  p50: number;
  p95: number;
  p99: number;
}

/** What happened in one step of a chart. */
export interface ChartPoint {
  at: Date;
  started: number;
  succeeded: number;
  clientError: number;
  serverError: number;
  noAnswer: number;
  dead: number;
  /** Null: there was no sample, as in the two below. */
  tasks: number | null;
  lag: Quantiles | null;
  duration: Quantiles | null;
}

/** Fetches the points of a queue's charts, the earliest first. Steps in which nothing happened are left out. */
export async function fetchChart(
  executor: Executor,
  queue: string,
  { seconds, step }: { seconds: number; step: number },
): Promise<ChartPoint[]> {
  return (await run(executor, call('queue_chart', { queue, seconds, step }))).map((row) => ({
    at: readDate(row.at),
    started: readCount(row.started),
    succeeded: readCount(row.succeeded),
    clientError: readCount(row.client_error),
    serverError: readCount(row.server_error),
    noAnswer: readCount(row.no_answer),
    dead: readCount(row.dead),
    tasks: row.tasks === null ? null : readCount(row.tasks),
    lag: quantiles(row.lag),
    duration: quantiles(row.duration),
  }));
}

function quantiles(values: readonly (number | string)[] | null): Quantiles | null {
  if (!values) return null;
  const [p50 = 0, p95 = 0, p99 = 0] = values.map(Number);
  return { p50, p95, p99 };
}

/** Failed attempts of the last hour with the same answer. */
export interface ErrorGroup {
  /** 0: there was no answer. */
  status: number;
  reason: string;
  /** The beginning of the answer or of the error; null: none, or not to be shown. */
  message: string | null;
  attempts: number;
  last: Date;
  /** One of the tasks. */
  task: string;
}

/** How many attempts are looked at. */
export const ERRORS_LOOKED_AT = 1_000;

/**
 * Groups the failed attempts of the last hour, the commonest first, at most 20 groups.
 *
 * @param withMessages false: handlers' words are left out
 */
export async function groupErrors(executor: Executor, queue: string, withMessages: boolean): Promise<ErrorGroup[]> {
  const rows = await run(executor, errorGroups(queue, withMessages));
  return rows.map(({ attempts, last_ms, ...row }) => ({
    ...row,
    attempts: readCount(attempts),
    last: new Date(last_ms),
  }));
}

interface ErrorGroupRow {
  status: number;
  reason: string;
  message: string | null;
  attempts: BigintValue;
  last_ms: number;
  task: string;
}

function errorGroups(queue: string, withMessages: boolean) {
  return statement<ErrorGroupRow>(
    `select g.status, g.reason, g.message, g.attempts, g.last_ms, g.task from (
       select a.status, a.reason, a.message, pg_catalog.count(*) as attempts, pg_catalog.max(a.name) as task,
              (extract(epoch from pg_catalog.max(a.ended)) operator(pg_catalog.*) 1000)::pg_catalog.float8 as last_ms
       from (select t.status, t.reason, t.name, t.ended,
                    case when $2::pg_catalog.bool
                         then pg_catalog.left(coalesce(t.error, t.response), 200) end as message
             from taskqueue.attempts as t
             where t.queue operator(pg_catalog.=) $1 and t.reason is not null
               and t.ended operator(pg_catalog.>) (pg_catalog.clock_timestamp()
                 operator(pg_catalog.-) interval '1 hour')
             order by t.ended desc limit ${ERRORS_LOOKED_AT}) as a
       group by a.status, a.reason, a.message) as g
     order by g.attempts desc, g.last_ms desc limit 20`,
    [queue, withMessages],
  );
}

/** Tasks that were leased together. */
export interface LeaseGroup {
  tag: string | null;
  taken: Date;
  ends: Date;
  tasks: number;
}

/** Lists leases that have not ended, those that end first, first. */
export async function listLeases(executor: Executor, queue: string): Promise<LeaseGroup[]> {
  const rows = await run(executor, call('queue_leases', { queue }));
  return rows.map(({ tag, taken, ends, tasks }) => ({
    ...{ tag, tasks: readCount(tasks) },
    taken: readDate(taken),
    ends: readDate(ends),
  }));
}

export interface TagFigures {
  /** Null: tasks without a tag. */
  tag: string | null;
  free: number;
  leased: number;
  /** Null: none is due. */
  oldest: Date | null;
}

/** Counts the tags of a queue's first 2000 tasks. */
export async function listTags(executor: Executor, queue: string): Promise<TagFigures[]> {
  const rows = await run(executor, call('queue_tags', { queue }));
  return rows.map(({ tag, free, leased, oldest }) => ({
    ...{ tag, free: readCount(free), leased: readCount(leased) },
    oldest: readDateOrNull(oldest),
  }));
}
