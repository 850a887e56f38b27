// The doctor's check that Citus has left the tables of tasks alone. Locks, claims and floors need them on one server.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

const HAS_CITUS = `select pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is not null as found`;

const DISTRIBUTED = `select pg_catalog.format('%I.%I', 'taskqueue', c.relname) as name
  from pg_catalog.pg_dist_partition as p
  join pg_catalog.pg_class as c on c.oid operator(pg_catalog.=) p.logicalrelid::pg_catalog.oid
  where c.relnamespace operator(pg_catalog.=) 'taskqueue'::pg_catalog.regnamespace
  order by c.relname`;

export async function distributedTables(executor: Executor): Promise<Finding> {
  const { rows: server } = await executor.query(HAS_CITUS, []);
  const { rows }: { rows: { name: string }[] } = server[0].found ? await executor.query(DISTRIBUTED, []) : { rows: [] };
  const [first] = rows;
  if (first === undefined) return { check: 'distribution', level: 'ok', detail: 'all tables are on this server' };
  return {
    check: 'distribution',
    level: 'fail',
    detail: `Citus has distributed ${rows.map(({ name }) => name).join(', ')}: claims and locks need all tables on one server`,
    remedy: `Undo it for each: select undistribute_table('${first.name}');`,
  };
}
