// Differences that do not count, such as those of a column updated_at.

import type { RowChange } from './proof.ts';

/**
 * Returns the changes without those in ignored columns: `updated_at` in any table, `orders.updated_at` in one,
 * `orders.*` for a whole table. A table may be named with its schema.
 */
export function withoutIgnored(changes: readonly RowChange[], ignore: readonly string[]): RowChange[] {
  return changes.flatMap((change) => {
    const isIgnored = (column: string) =>
      namesOf(change.table).some((table) => ignore.includes(table === '' ? column : `${table}.${column}`));
    if (isIgnored('*')) return [];
    if (change.kind !== 'changed') return [change];
    const kept = Object.keys(change.after ?? {}).filter((column) => !isIgnored(column));
    return kept.length > 0 ? [change] : [];
  });
}

/** The names by which a column's table may be given: none, its own, and with its schema. */
function namesOf(table: string): string[] {
  return ['', table.slice(table.indexOf('.') + 1), table];
}
