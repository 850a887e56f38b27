// One sample of the whole database for /metrics.

import type { Executor } from '../postgres/executor.ts';
import { run, runOne, statement } from '../schema/call.ts';

export interface QueueSample {
  queue: string;
  /** Tasks not yet completed; estimated above 100. */
  tasks: number;
  /** When its oldest task became due, in milliseconds since 1970 by the database's clock; null: none is due. */
  oldestDue: number | null;
  /** Dead tasks, counted up to 1000. */
  dead: number;
  /** True also if it is disabled. */
  paused: boolean;
}

export interface DatabaseSample {
  /** The queues with the most tasks first, so that all servers show the same ones. */
  queues: QueueSample[];
  /** The database's clock, in milliseconds since 1970. */
  now: number;
  dispatchers: number;
  /** Age of the oldest snapshot that this role may see. */
  horizonAgeSeconds: number;
}

interface QueueFigures {
  queue: string;
  tasks: string | number;
  oldest_ms: number | null;
  dead: string | number;
  paused: boolean;
}

interface DatabaseFigures {
  now_ms: number;
  dispatchers: string | number;
  horizon_age: number;
}

/** Costs a short scan per queue, and one index scan per dead task up to its limit. */
export async function sampleQueues(executor: Executor): Promise<DatabaseSample> {
  const { now_ms, dispatchers, horizon_age } = await runOne(executor, databaseFigures());
  const queues = (await run(executor, queueFigures())).map(({ queue, tasks, oldest_ms, dead, paused }) => ({
    ...{ queue, paused, tasks: Number(tasks), dead: Number(dead) },
    oldestDue: oldest_ms,
  }));
  return { queues, now: now_ms, dispatchers: Number(dispatchers), horizonAgeSeconds: horizon_age };
}

function queueFigures() {
  return statement<QueueFigures>(
    `select q.name as queue, q.tasks, q.state operator(pg_catalog.<>) 'running' as paused,
            (extract(epoch from q.oldest_due) operator(pg_catalog.*) 1000)::pg_catalog.float8 as oldest_ms,
            (select pg_catalog.count(*) from (select from taskqueue.dead_tasks as d
               where d.queue operator(pg_catalog.=) q.name limit 1000) as counted) as dead
     from taskqueue.queues as q order by q.tasks desc, q.name`,
  );
}

function databaseFigures() {
  return statement<DatabaseFigures>(
    `select (extract(epoch from pg_catalog.clock_timestamp()) operator(pg_catalog.*) 1000)::pg_catalog.float8 as now_ms,
            (select pg_catalog.count(*) from taskqueue.dispatchers) as dispatchers,
            coalesce((select extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-)
                        pg_catalog.min(h.since)) from (
               select a.xact_start as since from pg_catalog.pg_stat_activity as a
               where a.backend_xmin is not null and a.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid()
                 and a.backend_type operator(pg_catalog.=) 'client backend'
                 and a.datname operator(pg_catalog.=) pg_catalog.current_database()
               union all select p.prepared from pg_catalog.pg_prepared_xacts as p
               where p.database operator(pg_catalog.=) pg_catalog.current_database()) as h), 0)::pg_catalog.float8
              as horizon_age`,
  );
}
