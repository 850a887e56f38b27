// The difference between two snapshots, row by row.

import { isDeepStrictEqual } from 'node:util';
import type { Executor } from '../postgres/executor.ts';
import type { RowChange } from './proof.ts';
import { type RowSnapshot, rowsWrittenSince, type TableRows } from './row-snapshot.ts';

type Row = Record<string, unknown>;

export async function rowChanges(database: Executor, before: RowSnapshot, after: RowSnapshot): Promise<RowChange[]> {
  const changes: RowChange[] = [];
  for (const table of after.tables.values()) {
    const former = before.tables.get(table.name) ?? { ...table, rows: [], count: 0 };
    if (table.rows && former.rows) changes.push(...changesOf(table, former.rows, table.rows));
    else changes.push(...(await changesOfLarge(database, former, table, before.nextTransaction)));
  }
  return changes;
}

/** Rows with the same key are one row; without a key, rows are what they contain. */
function changesOf({ name: table, key }: TableRows, before: readonly string[], after: readonly string[]): RowChange[] {
  const [gone, come] = withoutCommon(before, after).map((rows) => rows.map((row) => JSON.parse(row) as Row));
  const keyOf = (row: Row): Row => (key.length > 0 ? Object.fromEntries(key.map((name) => [name, row[name]])) : row);
  const former = new Map((gone as Row[]).map((row) => [JSON.stringify(keyOf(row)), row]));
  const changes: RowChange[] = [];
  for (const row of come as Row[]) {
    const text = JSON.stringify(keyOf(row));
    const old = key.length > 0 ? former.get(text) : undefined;
    if (!old) changes.push({ table, kind: 'inserted', key: keyOf(row), after: row });
    else changes.push({ table, kind: 'changed', key: keyOf(row), ...changedColumns(old, row) });
    if (old) former.delete(text);
  }
  return [...changes, ...[...former.values()].map((row) => deleted(table, keyOf(row), row))];
}

const deleted = (table: string, key: Row, before: Row): RowChange => ({ table, kind: 'deleted', key, before });

/** Those that only one of the two has, as often as it has them more often. */
function withoutCommon(before: readonly string[], after: readonly string[]): [string[], string[]] {
  const counts = new Map<string, number>();
  for (const row of before) counts.set(row, (counts.get(row) ?? 0) + 1);
  const come = after.filter((row) => {
    const left = counts.get(row) ?? 0;
    counts.set(row, left - 1);
    return left <= 0;
  });
  const gone = [...counts].flatMap(([row, left]) => Array<string>(Math.max(0, left)).fill(row));
  return [gone, come];
}

function changedColumns(before: Row, after: Row): Pick<RowChange, 'before' | 'after'> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = names.filter((name) => !isDeepStrictEqual(before[name], after[name]));
  const only = (row: Row) => Object.fromEntries(changed.map((name) => [name, row[name]]));
  return { before: only(before), after: only(after) };
}

async function changesOfLarge(
  database: Executor,
  before: TableRows,
  table: TableRows,
  nextTransaction: string,
): Promise<RowChange[]> {
  const written = await rowsWrittenSince(database, table, nextTransaction);
  const changes = written.map((text): RowChange => {
    const row = JSON.parse(text) as Row;
    const key = Object.fromEntries(table.key.map((name) => [name, row[name]]));
    return { table: table.name, kind: 'written', key, after: row };
  });
  const fewer = before.count - table.count;
  return fewer > 0 ? [...changes, { table: table.name, kind: 'deleted', key: { rows: fewer } }] : changes;
}
