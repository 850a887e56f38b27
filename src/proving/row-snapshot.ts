// A snapshot of the rows of the application's tables: those outside the schemas of PostgreSQL and of pgtaskqueue. A
// table of more rows than the bound is only counted, and its new row versions are found by their transaction.

import type { Executor } from '../postgres/executor.ts';
import { run, runOne, statement } from '../schema/call.ts';
import { SCHEDULER_SCHEMA } from '../schema/scheduler-schema.ts';

/** A table, as it is named in SQL and in reports. */
export interface ProvedTable {
  /** Quoted, with its schema. */
  sql: string;
  name: string;
  /** Columns of its primary key; none: it has none. */
  key: readonly string[];
}

/** The rows of a table as JSON texts; undefined: there are too many. */
export interface TableRows extends ProvedTable {
  rows: readonly string[] | undefined;
  count: number;
}

export interface RowSnapshot {
  tables: ReadonlyMap<string, TableRows>;
  /** Transactions from this one on are later. */
  nextTransaction: string;
}

const TABLES = `select pg_catalog.format('%I.%I', n.nspname, c.relname) as sql,
    pg_catalog.concat(n.nspname, '.', c.relname) as name,
    coalesce((select pg_catalog.json_agg(a.attname order by a.attnum)
              from pg_catalog.pg_index as i
              join pg_catalog.pg_attribute as a on a.attrelid operator(pg_catalog.=) c.oid
                and a.attnum operator(pg_catalog.=) any (i.indkey::pg_catalog.int2[])
              where i.indrelid operator(pg_catalog.=) c.oid and i.indisprimary), '[]')::pg_catalog.text as key
  from pg_catalog.pg_class as c
  join pg_catalog.pg_namespace as n on n.oid operator(pg_catalog.=) c.relnamespace
  where c.relkind operator(pg_catalog.=) 'r' and c.relpersistence operator(pg_catalog.<>) 't'
    and n.nspname operator(pg_catalog.<>) all ($1::pg_catalog.name[])
    and pg_catalog.has_table_privilege(c.oid, 'select') and pg_catalog.has_schema_privilege(n.oid, 'usage')
  order by 2`;

const OTHER_SCHEMAS = ['pg_catalog', 'pg_toast', 'information_schema', 'taskqueue', SCHEDULER_SCHEMA];

const NEXT_TRANSACTION = statement<{ next: string }>(
  'select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text as next',
);

/** @param mostRows larger tables are only counted */
export async function takeSnapshot(database: Executor, mostRows: number): Promise<RowSnapshot> {
  const { next: nextTransaction } = await runOne(database, NEXT_TRANSACTION);
  const found = await run(database, statement<{ sql: string; name: string; key: string }>(TABLES, [OTHER_SCHEMAS]));
  const tables = new Map<string, TableRows>();
  for (const { sql, name, key } of found)
    tables.set(name, await readTable(database, { sql, name, key: JSON.parse(key) }, mostRows));
  return { tables, nextTransaction };
}

async function readTable(database: Executor, table: ProvedTable, mostRows: number): Promise<TableRows> {
  const rows = await run(
    database,
    statement<{ row: string }>(
      `select pg_catalog.to_jsonb(t)::pg_catalog.text as row from only ${table.sql} as t limit ${mostRows + 1}`,
    ),
  );
  if (rows.length <= mostRows) return { ...table, rows: rows.map(({ row }) => row), count: rows.length };
  const { count } = await runOne(
    database,
    statement<{ count: string }>(`select pg_catalog.count(*)::pg_catalog.text as count from only ${table.sql}`),
  );
  return { ...table, rows: undefined, count: Number(count) };
}

/** The rows of a table that later transactions have written, as JSON texts: a thousand at most. */
export async function rowsWrittenSince(database: Executor, table: ProvedTable, nextTransaction: string) {
  // xmin holds the last 32 bits of a transaction id, and age() compares them as PostgreSQL does.
  const rows = await run(
    database,
    statement<{ row: string }>(
      `select pg_catalog.to_jsonb(t)::pg_catalog.text as row from only ${table.sql} as t
       where pg_catalog.age(t.xmin) operator(pg_catalog.<=)
         (pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text::pg_catalog.int8
           operator(pg_catalog.-) $1::pg_catalog.int8) limit 1000`,
      [nextTransaction],
    ),
  );
  return rows.map(({ row }) => row);
}
