// What has to run to bring a database's schema to that of the migration files: values in, values out.

import { definedNames } from './function-file.ts';
import type { MigrationFile } from './migration-files.ts';

/** What a database has. */
export interface Applied {
  /** Checksum of each file that ran, as recorded in `taskqueue.migrations`. */
  checksums: ReadonlyMap<string, string>;
  /** Names of the functions and views that are there. */
  present: ReadonlySet<string>;
}

/** What a database lacks. */
export interface MigrationPlan {
  /** Files that have to run, in order. */
  pending: MigrationFile[];
  /** Numbered files whose text is another than the one that ran: a mistake that no program can repair. */
  changed: string[];
  /** Numbered files of the database that this program doesn't have: a newer one migrated it. */
  newer: string[];
}

/**
 * Compares the files with what ran and with what is there: a file runs when it never ran, when its text has changed, and when what it
 * defines is gone or is about to be dropped by a numbered file that runs before it.
 */
export function planMigrations(files: MigrationFile[], { checksums, present }: Applied): MigrationPlan {
  const known = new Set(files.map(({ file }) => file));
  const newer = [...checksums.keys()].filter((file) => /^\d{4}_/.test(file) && !known.has(file)).sort();
  const numbered = files.filter(({ kind }) => kind === 'numbered');
  const changed = numbered.filter(({ file, checksum, supersedes }) => {
    const ran = checksums.get(file);
    return ran !== undefined && ran !== checksum && !supersedes.includes(ran);
  });
  const missing = numbered.filter(({ file }) => !checksums.has(file));
  const dropped = new Set(missing.flatMap(({ sql }) => droppedNames(sql)));
  const stays = (name: string) => present.has(name) && !dropped.has(name);
  const repeated = files.filter(
    (file) =>
      file.kind !== 'numbered' && (checksums.get(file.file) !== file.checksum || !definedNames(file.sql).every(stays)),
  );
  return { pending: [...missing, ...repeated], changed: changed.map(({ file }) => file), newer };
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

function droppedNames(sql: string): string[] {
  return [...sql.matchAll(/\bdrop\s+(?:function|view)\s+(?:if\s+exists\s+)?taskqueue\.(\w+)/gi)].map(
    ([, name]) => name as string,
  );
}
