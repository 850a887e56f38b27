// The jobs of graphile-worker 0.16 and newer.

import type { Backlog, WaitingJob } from './backlog.ts';
import { quotedName, SnapshotReader } from './snapshot.ts';

export function graphileWorkerBacklog(url: string, schema = 'graphile_worker'): Backlog {
  const store = new SnapshotReader(url);
  const name = quotedName(schema);
  const from = `from ${name}._private_jobs as j join ${name}._private_tasks as t on t.id = j.task_id`;
  return {
    prefix: 'graphile',
    pages: () =>
      store.pages<WaitingJob>(
        `select t.identifier as queue, j.id::text as id, j.payload::text as payload,
           (extract(epoch from j.run_at) * 1000)::float8 as "startsAt"
         ${from} where j.locked_at is null and j.attempts < j.max_attempts order by j.priority, j.run_at, j.id`,
      ),
    active: async () =>
      new Map(
        (
          await store.rows<{ queue: string; jobs: number }>(
            `select t.identifier as queue, count(*)::integer as jobs ${from}
             where j.locked_at is not null group by t.identifier`,
          )
        ).map(({ queue, jobs }) => [queue, jobs]),
      ),
    close: () => store.close(),
  };
}
