// `pgtaskqueue audit`: who did what.

import type { Command } from 'commander';
import type { AuditEntry } from '../../domain/audit.ts';
import { listAudit } from '../../store/audit.ts';
import { whole } from '../arguments.ts';
import { onDatabase, type Session } from '../connect.ts';
import { type Column, table } from '../display/table.ts';

const COLUMNS: Column<AuditEntry>[] = [
  { heading: 'AT', cell: ({ at }) => at.toISOString() },
  { heading: 'ACTOR', cell: ({ actor }) => actor },
  { heading: 'ACT', cell: ({ act }) => act },
  { heading: 'OBJECT', cell: ({ object }) => object },
  { heading: 'CHANGE', cell: (entry) => changes(entry) },
  { heading: 'REASON', cell: ({ reason }) => reason },
];

/** Adds the command `audit`. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .description('who did what to queues, targets and keys; the latest first')
    .option('--queue <queue>', 'only what was done to this queue')
    .option('--limit <n>', 'how many at most', whole, 50)
    .addHelpText('after', '\nExample:\n  pgtaskqueue audit --queue mail')
    .action(onDatabase(audit));
}

async function audit(
  { database, output }: Session,
  { queue, limit }: { queue?: string; limit: number },
): Promise<void> {
  const entries = await listAudit(database, { object: queue === undefined ? undefined : `queue ${queue}`, limit });
  output.result(entries.length > 0 ? table(COLUMNS, entries, output.colors) : 'Nothing was done.', entries);
}

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
