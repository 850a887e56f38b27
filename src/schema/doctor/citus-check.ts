// The doctor's check of a database that Citus shards. Tables of tasks must not be distributed: locks, claims and floors
// need them on one server. Tables of the application may be, but a transaction that adds a task and writes to a shard
// of another server commits in two places.

import type { Finding } from '../../domain/finding.ts';
import type { Executor } from '../../postgres/executor.ts';

const HAS_CITUS = `select pg_catalog.to_regclass('pg_catalog.pg_dist_partition') is not null as found`;

/** partmethod n: a reference table, or one that is only known to Citus. Such a table of tasks would be as wrong. */
const DISTRIBUTED = `select pg_catalog.format('%I.%I', n.nspname, c.relname) as name,
    n.nspname operator(pg_catalog.=) 'taskqueue' as is_ours
  from pg_catalog.pg_dist_partition as p
  join pg_catalog.pg_class as c on c.oid operator(pg_catalog.=) p.logicalrelid::pg_catalog.oid
  join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) c.relnamespace
  where n.nspname operator(pg_catalog.=) 'taskqueue' or p.partmethod operator(pg_catalog.<>) 'n'
  order by n.nspname, c.relname`;

/** Most tables that a finding names. */
const MOST_NAMED = 5;

interface DistributedTable {
  name: string;
  is_ours: boolean;
}

export async function distributedTables(executor: Executor): Promise<Finding> {
  const { rows: server } = await executor.query(HAS_CITUS, []);
  const rows: DistributedTable[] = server[0].found ? (await executor.query(DISTRIBUTED, [])).rows : [];
  const ours = rows.filter((table) => table.is_ours);
  if (ours[0] !== undefined) {
    return {
      check: 'distribution',
      level: 'fail',
      detail: `Citus has distributed ${named(ours)}: claims and locks need all tables on one server`,
      remedy: `Undo it for each: select undistribute_table('${ours[0].name}');`,
    };
  }
  if (rows.length === 0) return { check: 'distribution', level: 'ok', detail: 'all tables are on this server' };
  return {
    check: 'distribution',
    level: 'warn',
    detail: `Citus distributes ${named(rows)}: a transaction that adds a task and writes to them may commit one without the other`,
    remedy: 'Add tasks on the node that holds the tenant, or through an outbox: docs/operate/citus.md.',
  };
}

function named(tables: readonly DistributedTable[]): string {
  const names = tables.slice(0, MOST_NAMED).map(({ name }) => name);
  return tables.length > MOST_NAMED ? `${names.join(', ')} and ${tables.length - MOST_NAMED} more` : names.join(', ');
}
