// The files of `migrations/`: the SQL files in the order in which they run, with the checksum of each.
//
//   version.json         the version of the schema that the files make
//   roles.sql            first of all, at every migration; never recorded
//   owner.sql            after it, likewise
//   NNNN_name.sql        numbered: once, in order, frozen after that
//   functions/*/*.sql    repeatable: again when the text changes; a folder for each subject; private ones
//                        (`_name.sql`) first, and of these the kernel's
//   views/*.sql          repeatable, after the functions
//   grants.sql           last, at every migration

import { createHash } from 'node:crypto';
import path from 'node:path';
import { readMigrationsFolder } from './migrations-folder.ts';
import { PACKAGE_MIGRATIONS } from './package-migrations.embed.ts';
import { REQUIRED_VERSION, type RequiredVersion } from './required-version.embed.ts';

/** The kind of a migration file, which decides when it runs. */
export type MigrationKind = 'numbered' | 'function' | 'view' | 'grants';

/** One SQL file of the migrations. */
export interface MigrationFile {
  /** Path below the folder, with slashes: `0001_types.sql`, `functions/enqueue/add.sql`. */
  file: string;
  kind: MigrationKind;
  /** The text with line ends as LF. */
  sql: string;
  /** sha256 of `sql`, in hexadecimal. */
  checksum: string;
  /** Checksums of the same file before a comment in it was corrected: lines such as `-- supersedes 4f2a…`. */
  supersedes: string[];
  /**
   * False if the file contains `-- no-transaction`: it has one statement that may run twice, such as `create index
   * concurrently if not exists`.
   */
  transactional: boolean;
}

/** The contents of a migrations folder. */
export interface Migrations {
  required: RequiredVersion;
  /** The SQL that creates the cluster's roles; empty without `roles.sql`. */
  roles: string;
  /** The SQL that restores the owner of all objects; empty without `owner.sql`. */
  owner: string;
  /** All other files, in the order in which they run. */
  files: MigrationFile[];
}

/**
 * Reads the migrations of this package, or those of a folder.
 *
 * @throws Error if two numbered files have the same number, or an SQL file is none of those above
 */
export function readMigrations(directory?: string): Migrations {
  const { 'roles.sql': roles = '', 'owner.sql': owner = '', ...others } = textsOf(directory);
  const files = Object.entries(others)
    .filter(([name]) => name.endsWith('.sql'))
    .map(([file, sql]) => migrationFile(file, sql));
  refuseTwins(files);
  return { required: readRequiredVersion(directory), roles, owner, files: files.sort(byOrder) };
}

/** Reads the version of this package's migrations, or of those of a folder. */
export function readRequiredVersion(directory?: string): RequiredVersion {
  return directory === undefined ? REQUIRED_VERSION : JSON.parse(textsOf(directory)['version.json'] as string);
}

/** Returns text that differs when any file of this package's migrations does: letters and digits. */
export function schemaFingerprint(): string {
  const hash = createHash('sha256');
  for (const [name, text] of Object.entries(PACKAGE_MIGRATIONS).sort()) hash.update(`${name}\0${text}\0`);
  return hash.digest('hex').slice(0, 32);
}

const textsOf = (directory: string | undefined) =>
  directory === undefined ? PACKAGE_MIGRATIONS : readMigrationsFolder(directory);

function migrationFile(file: string, sql: string): MigrationFile {
  const checksum = createHash('sha256').update(sql).digest('hex');
  const supersedes = [...sql.matchAll(/^-- supersedes ([0-9a-f]{64})$/gm)].map(([, earlier]) => earlier as string);
  return { file, kind: kindOf(file), sql, checksum, supersedes, transactional: !/^--\s*no-transaction\s*$/m.test(sql) };
}

function kindOf(file: string): MigrationKind {
  if (/^\d{4}_\w+\.sql$/.test(file)) return 'numbered';
  if (/^functions\/[a-z]+\/\w+\.sql$/.test(file)) return 'function';
  if (/^views\/[\w-]+\.sql$/.test(file)) return 'view';
  if (file === 'grants.sql') return 'grants';
  throw new Error(
    `a migration must be NNNN_name.sql, functions/subject/name.sql, views/name.sql, roles.sql, owner.sql or grants.sql, got migrations/${file}`,
  );
}

function refuseTwins(files: MigrationFile[]): void {
  const seen = new Map<string, string>();
  for (const { file } of files.filter(({ kind }) => kind === 'numbered')) {
    const number = file.slice(0, 4);
    const twin = seen.get(number);
    if (twin) throw new Error(`two migrations have the number ${number}: ${twin} and ${file}`);
    seen.set(number, file);
  }
}

const RANK: Record<MigrationKind, number> = { numbered: 0, function: 1, view: 2, grants: 3 };

// A function that an argument default or an SQL body refers to must exist: so private functions come before public
// ones, and those of the kernel before all others.
function byOrder(a: MigrationFile, b: MigrationFile): number {
  const isPublic = ({ file }: MigrationFile) => Number(!path.posix.basename(file).startsWith('_'));
  const isKernel = ({ file }: MigrationFile) => Number(file.startsWith('functions/kernel/_'));
  return (
    RANK[a.kind] - RANK[b.kind] || isPublic(a) - isPublic(b) || isKernel(b) - isKernel(a) || (a.file < b.file ? -1 : 1)
  );
}
