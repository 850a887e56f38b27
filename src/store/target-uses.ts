// Which queues use a target, and what their handlers answered lately.

import { DEFAULT_APP_VERSION } from '../domain/target.ts';
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

/** The push queues of each target, by name. Tasks may name another target than their queue's. */
export async function queuesByTarget(executor: Executor): Promise<Map<string, string[]>> {
  const queues = statement<{ name: string; target: string | null }>(
    `select q.name, q.target from taskqueue.queues as q where q.mode operator(pg_catalog.=) 'push' order by q.name`,
  );
  const uses = new Map<string, string[]>();
  for (const { name, target } of await run(executor, queues)) {
    const key = target ?? DEFAULT_APP_VERSION;
    const known = uses.get(key);
    if (known) known.push(name);
    else uses.set(key, [name]);
  }
  return uses;
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
