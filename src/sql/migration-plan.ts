// What has to run to bring a database's schema to that of the migration files: values in, values out.

import type { MigrationFile } from './migration-files.ts';

/** What a database lacks, by the bookkeeping in `taskqueue.migrations`. */
export interface MigrationPlan {
  /** Files that have to run, in order. */
  pending: MigrationFile[];
  /** Numbered files whose text is another than the one that ran: a mistake that no program can repair. */
  changed: string[];
  /** Numbered files of the database that this program doesn't have: a newer one migrated it. */
  newer: string[];
}

/**
 * Compares the files with what ran.
 *
 * When anything runs, all views and the grants run as well: a function that had to be dropped takes its grants along, and
 * a view that is made anew the views above it.
 *
 * @param applied checksum by file, as recorded
 */
export function planMigrations(files: MigrationFile[], applied: ReadonlyMap<string, string>): MigrationPlan {
  const known = new Set(files.map(({ file }) => file));
  const newer = [...applied.keys()].filter((file) => /^\d{4}_/.test(file) && !known.has(file)).sort();
  const changed = files.filter((file) => file.kind === 'numbered' && differs(file, applied)).map(({ file }) => file);
  const missing = files.filter((file) =>
    file.kind === 'numbered' ? !applied.has(file.file) : applied.get(file.file) !== file.checksum,
  );
  return { pending: withFollowers(files, newer.length > 0 ? onlyNumbered(missing) : missing), changed, newer };
}

/**
 * Cuts the files into the portions that are committed together: as much as possible, so that tables and functions
 * change at one moment. A file that refuses a transaction stands alone.
 */
export function inTransactions(files: MigrationFile[]): MigrationFile[][] {
  const portions: MigrationFile[][] = [];
  for (const file of files) {
    const last = portions.at(-1);
    if (file.transactional && last?.[0]?.transactional) last.push(file);
    else portions.push([file]);
  }
  return portions;
}

function differs({ file, checksum }: MigrationFile, applied: ReadonlyMap<string, string>): boolean {
  const ran = applied.get(file);
  return ran !== undefined && ran !== checksum;
}

// A newer program's functions have other texts than ours, and serve us as well: they are not ours to put back.
function onlyNumbered(files: MigrationFile[]): MigrationFile[] {
  return files.filter(({ kind }) => kind === 'numbered');
}

function withFollowers(files: MigrationFile[], missing: MigrationFile[]): MigrationFile[] {
  if (missing.length === 0) return [];
  return files.filter((file) => missing.includes(file) || file.kind === 'view' || file.kind === 'grants');
}
