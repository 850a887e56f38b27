// The work that falls due in a database while its clock is moved: cron jobs fire, and waiting processes wake up.

import type { Executor } from '../../postgres/executor.ts';
import { silentLogger } from '../../runtime/logger.ts';
import { tick } from '../../scheduler/tick.ts';
import { run, runOne, statement } from '../../schema/call.ts';

/** The first run of a cron job after one moment and up to another, in milliseconds since 1970. */
export async function nextCronRun(database: Executor, after: number, until: number): Promise<number | undefined> {
  const { at } = await runOne(database, NEXT_RUN(after, until));
  return at === null ? undefined : Number(at);
}

/** Runs the jobs that are due, and plans the others, as a scheduler does every minute. */
export async function fireCrons(database: Executor): Promise<void> {
  await tick(database, silentLogger);
}

/** Wakes the dispatchers and workers that wait for a due time. */
export async function wakeAll(database: Executor): Promise<void> {
  await run(database, statement('select taskqueue._notify(q.id) from taskqueue._queues as q'));
}

const NEXT_RUN = (after: number, until: number) =>
  statement<{ at: string | null }>(
    `select pg_catalog.min(pg_catalog.ceil(extract(epoch from c.next_run) operator(pg_catalog.*) 1000))::pg_catalog.text
       as at
     from taskqueue.crons as c
     where c.next_run operator(pg_catalog.>) pg_catalog.to_timestamp($1::pg_catalog.float8)
       and c.next_run operator(pg_catalog.<=) pg_catalog.to_timestamp($2::pg_catalog.float8)`,
    [after / 1000, until / 1000],
  );
