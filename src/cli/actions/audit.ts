// `pgtaskqueue audit`: lists administrative acts.

import type { AuditEntry } from '../../domain/audit.ts';
import { listAudit } from '../../store/audit.ts';
import { onDatabase, type Session } from '../connect.ts';
import { formatTime } from '../display/durations.ts';
import type { Column } from '../display/table.ts';

const COLUMNS: Column<AuditEntry>[] = [
  { heading: 'AT', cell: ({ at }) => formatTime(at) },
  { heading: 'ACTOR', cell: ({ actor }) => actor, drop: 1, least: 10 },
  { heading: 'ACT', cell: ({ act }) => act },
  { heading: 'OBJECT', cell: ({ object }) => object },
  { heading: 'CHANGE', cell: (entry) => changes(entry), least: 16 },
  { heading: 'REASON', cell: ({ reason }) => reason, least: 10, drop: 2 },
];

export const audit = onDatabase(
  async ({ database, output }: Session, queue: string | undefined, { limit }: { limit: number }) => {
    const entries = await listAudit(database, { object: queue === undefined ? undefined : `queue ${queue}`, limit });
    output.list(COLUMNS, entries, 'No changes recorded.');
  },
);

/** What an act has changed: `rate: 5/s → 10/s`. */
export function changes({ before, after }: Pick<AuditEntry, 'before' | 'after'>): string {
  if (!isObject(before) || !isObject(after)) return '';
  return Object.keys({ ...before, ...after })
    .filter((key) => text(before[key]) !== text(after[key]))
    .map((key) => `${key}: ${text(before[key])} → ${text(after[key])}`)
    .join(', ');
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const text = (value: unknown) => (typeof value === 'string' ? value : value == null ? 'none' : JSON.stringify(value));
