// What the handlers of queues answered lately.

import type { Executor } from '../postgres/executor.ts';
import { run, statement } from '../schema/call.ts';
import { microseconds } from '../schema/columns.ts';
import type { BigintValue } from '../schema/rows.ts';
import { readDate } from './values.ts';

/** How far back answers are looked for: a queue may have very many. */
const RECENT = `interval '1 hour'`;

/** An attempt that was recorded: a failure, or the success after one. */
export interface RecentAnswer {
  queue: string;
  /** HTTP status; 0: no answer. */
  status: number;
  ended: Date;
  /** Null: success. */
  reason: string | null;
  url: string | null;
}

/** The latest attempts of some queues that were recorded in the last hour, a few of each. */
export async function recentAnswers(
  executor: Executor,
  queues: readonly string[],
  each: number,
): Promise<RecentAnswer[]> {
  const attempts = statement<Omit<RecentAnswer, 'ended'> & { ended: BigintValue }>(
    `select l.queue, l.status, ${microseconds('l.ended')} as ended, l.reason, l.url
     from pg_catalog.unnest($1::pg_catalog.text[]) as q(name)
     cross join lateral (select a.queue, a.status, a.ended, a.reason, a.url from taskqueue.attempts as a
                         where a.queue operator(pg_catalog.=) q.name
                           and a.ended operator(pg_catalog.>) (select pg_catalog.now() operator(pg_catalog.-) ${RECENT})
                         order by a.ended desc limit $2) as l`,
    [queues, each],
  );
  return (await run(executor, attempts)).map((row) => ({ ...row, ended: readDate(row.ended) }));
}
