// The due times of the tasks that are left.

import type { Executor } from '../../postgres/executor.ts';
import { runOne, statement } from '../../schema/call.ts';
import { fireCrons, nextCronRun } from '../clock/crons.ts';
import { ownerOf, type TestClock } from '../clock/test-clock.ts';

/** Future due times, in milliseconds since 1970, and whether a task is due now. */
export interface DueTimes {
  moments: number[];
  isDue: boolean;
}

/**
 * The next due time of tasks in running queues and, if the time to go is limited, of cron jobs: those would go on for
 * ever.
 */
export async function nextDue(clock: TestClock, queues: readonly string[], end: number): Promise<DueTimes> {
  return ownerOf(clock).hold(async (database) => {
    const { next, is_due: isDue } = await runOne(database, NEXT(queues));
    const cron = end === Infinity ? undefined : await nextPlanned(database, clock.now(), end);
    return { moments: [...(next === null ? [] : [Number(next)]), ...(cron === undefined ? [] : [cron])], isDue };
  });
}

async function nextPlanned(database: Executor, after: number, until: number): Promise<number | undefined> {
  await fireCrons(database); // a run that has ended may let the next one be planned
  return nextCronRun(database, after, until);
}

/** Rounded up to the millisecond, in which the clock counts. */
const NEXT = (queues: readonly string[]) =>
  statement<{ next: string | null; is_due: boolean }>(
    `select pg_catalog.min(pg_catalog.ceil(extract(epoch from t.eta) operator(pg_catalog.*) 1000))
         filter (where t.eta operator(pg_catalog.>) at.now) ::pg_catalog.text as next,
       coalesce(pg_catalog.bool_or(t.eta operator(pg_catalog.<=) at.now), false) as is_due
     from taskqueue.tasks as t, taskqueue.queues as q, (select taskqueue._now() as now) as at
     where q.name operator(pg_catalog.=) t.queue and q.state operator(pg_catalog.=) 'running'
       and t.queue operator(pg_catalog.=) any ($1::pg_catalog.text[])`,
    [queues],
  );
