// Plans which migration files must run on a database: values in, values out.

import { definedNames } from './function-file.ts';
import type { MigrationFile } from './migration-files.ts';

/** The files and objects that a database has. */
export interface Applied {
  /** Checksum of each file that ran, as recorded in `taskqueue.migrations`. */
  checksums: ReadonlyMap<string, string>;
  /** Names of the existing functions and views. */
  present: ReadonlySet<string>;
}

/** The difference between the files and a database. */
export interface MigrationPlan {
  /** Files that must run, in order. */
  pending: MigrationFile[];
  /** Numbered files whose text differs from the one that ran: a mistake that no program can repair. */
  changed: string[];
  /** Numbered files in the database that this program does not have: a newer program migrated it. */
  newer: string[];
}

/**
 * Compares the files with those that ran and with the existing objects. A file must run if it never ran, if its text
 * has changed, or if an object that it defines is missing or about to be dropped by a numbered file.
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
 * Groups the files into batches that are committed together, as large as possible, so that tables and functions change
 * at the same moment. A file that cannot run in a transaction is a batch of its own.
 */
export function inBatches(files: MigrationFile[]): MigrationFile[][] {
  const batches: MigrationFile[][] = [];
  for (const file of files) {
    const last = batches.at(-1);
    if (file.transactional && last?.[0]?.transactional) last.push(file);
    else batches.push([file]);
  }
  return batches;
}

function droppedNames(sql: string): string[] {
  return [...sql.matchAll(/\bdrop\s+(?:function|view)\s+(?:if\s+exists\s+)?taskqueue\.(\w+)/gi)].map(
    ([, name]) => name as string,
  );
}
