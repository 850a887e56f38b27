// The jobs of pg-boss 10 to 12.

import type { Backlog, WaitingJob } from './backlog.ts';
import { quotedName, SnapshotReader } from './snapshot.ts';

export function pgBossBacklog(url: string, schema = 'pgboss'): Backlog {
  const store = new SnapshotReader(url);
  const jobs = `${quotedName(schema)}.job`;
  return {
    prefix: 'pgboss',
    pages: () =>
      store.pages<WaitingJob>(
        `select name as queue, id::text as id, coalesce(data, 'null')::text as payload,
           (extract(epoch from start_after) * 1000)::float8 as "startsAt"
         from ${jobs} where state in ('created', 'retry') order by created_on, id`,
      ),
    active: async () =>
      new Map(
        (
          await store.rows<{ queue: string; jobs: number }>(
            `select name as queue, count(*)::integer as jobs from ${jobs} where state = 'active' group by name`,
          )
        ).map(({ queue, jobs: count }) => [queue, count]),
      ),
    close: () => store.close(),
  };
}
