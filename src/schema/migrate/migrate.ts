// Migrates a database's schema to the version of this program; several programs may migrate concurrently. One lock per
// database serialises the callers. Files are committed together with their bookkeeping wherever possible, so a
// migration that is killed half-way has either happened or not.

import type pg from 'pg';
import { SchemaVersionError } from '../../domain/errors.ts';
import { PACKAGE_VERSION } from '../../domain/package-version.embed.ts';
import { DirectClient, onceMore } from '../../postgres/direct-client.ts';
import type { Executor } from '../../postgres/executor.ts';
import type { PrimarySettings } from '../../postgres/primary-client.ts';
import { applyMigrations } from './apply-migrations.ts';
import { type MigrationFile, type Migrations, readMigrations } from './migration-files.ts';
import { lockMigrations } from './migration-lock.ts';
import { type MigrationPlan, planMigrations } from './migration-plan.ts';
import { READ_APPLIED, READ_PRESENT } from './migration-statements.ts';
import { findRightsProblems, readRights } from './schema-rights.ts';
import { cannotMigrate, readSchemaVersion, requireSchemaOn, type SchemaVersion } from './schema-version.ts';

export { pendingSql } from './pending-sql.ts';

/** A connection string, or the driver's settings. */
export type Connection = string | pg.ClientConfig;

/** Options for a migration. */
export interface MigrateOptions {
  /** Called with a line for each warning and each wait. */
  log?: (line: string) => void;
  /** Called with the name of each file that ran. */
  ran?: (file: string) => void;
  /** How many seconds to wait for tables in use and for another migration; default 60. */
  waitSeconds?: number;
  /** True: new tasks get names that a file-level copy of the database does not generate. */
  newIdentity?: boolean;
  /** True: report the pending files without applying them. */
  dryRun?: boolean;
  /** Folder of the SQL files; default: that of this package. */
  directory?: string;
  /** The program's version; default: that of this package. */
  release?: string;
}

/** The result of a migration. */
export interface Migrated {
  /** The files that ran, or with `dryRun` would run, in order. */
  applied: string[];
  /** The schema's version now. */
  version: number;
  /** Problems with owners, roles and rights that were repaired. */
  repaired: string[];
  /** Problems that remain, because the migrating user may not fix them. */
  problems: string[];
}

/** The state of a database's schema. */
export interface SchemaCheck {
  /** True if there is nothing to apply or repair. */
  ok: boolean;
  /** The schema's version; null: there is no schema; 0: the schema is older than versions. */
  version: number | null;
  /** The version that this program's files install. */
  required: number;
  /** Files that must run. */
  pending: string[];
  /** Numbered files whose text differs from the one that ran. */
  changed: string[];
  /** Numbered files that a newer program ran; they do not affect this one. */
  newer: string[];
  /** Problems with owners, roles and rights. */
  problems: string[];
}

const WAIT_SECONDS = 60;

/**
 * Applies the pending files. It is safe to repeat, to run concurrently, and to run again after it was killed.
 *
 * @throws SchemaVersionError if a newer program has migrated the database, or a numbered file changed after it ran ·
 *   TransientError if tables stay locked · Error that names the file whose statement failed (`cause`: the driver's
 *   error)
 * @example
 * const { applied } = await migrate(process.argv[2], { log: console.log });
 */
export async function migrate(connection: Connection, options: MigrateOptions = {}): Promise<Migrated> {
  const { log = () => {}, waitSeconds = WAIT_SECONDS } = options;
  return withClient(connection, log, async (client) => {
    const unlock = await lockMigrations(client, { waitSeconds, log });
    try {
      return await migrateInTurn(client, options);
    } finally {
      await unlock();
    }
  });
}

async function migrateInTurn(client: DirectClient, options: MigrateOptions): Promise<Migrated> {
  const { log = () => {}, waitSeconds = WAIT_SECONDS, release = PACKAGE_VERSION, newIdentity = false } = options;
  const migrations = readMigrations(options.directory);
  const before = await readState(client, migrations);
  refuse(before, migrations, release);
  const { version } = migrations.required;
  const applied = before.plan.pending.map(({ file }) => file);
  if (options.dryRun) return { applied, version, repaired: [], problems: before.problems };
  if (before.settled && !(await mayChange(client))) return { applied, version, repaired: [], problems: [] };
  const files = withGrants(before.plan.pending, migrations.files);
  const progress = { log, waitSeconds, ...(options.ran && { ran: options.ran }) };
  await applyMigrations(client, { ...migrations, files, release, newIdentity }, progress);
  const { problems } = await readState(client, migrations);
  return { applied, version, repaired: before.problems.filter((problem) => !problems.includes(problem)), problems };
}

/**
 * Compares the database's schema with the one this program needs, without changes. A newer schema is accepted.
 *
 * @throws Error if the database is unreachable
 */
export async function checkSchema(connection: Connection, directory?: string): Promise<SchemaCheck> {
  return withClient(
    { ...settingsOf(connection), mustWrite: false },
    () => {},
    (client) => checkSchemaOn(client, directory),
  );
}

/** As checkSchema, on an open connection. */
export async function checkSchemaOn(client: Executor, directory?: string): Promise<SchemaCheck> {
  const migrations = readMigrations(directory);
  const { found, plan, problems, settled } = await readState(client, migrations);
  const { pending, changed, newer } = plan;
  const version = found?.version ?? null;
  const required = migrations.required.version;
  return { ok: settled, version, required, pending: pending.map(({ file }) => file), changed, newer, problems };
}

/**
 * Checks that this program can run on the database's schema, which may be older or newer.
 *
 * @throws SchemaVersionError if it cannot · Error if the database is unreachable
 */
export async function requireSchema(connection: Connection): Promise<void> {
  await withClient(connection, () => {}, requireSchemaOn);
}

interface SchemaState {
  found: SchemaVersion | undefined;
  plan: MigrationPlan;
  problems: string[];
  /** True: there is nothing to do. */
  settled: boolean;
}

async function readState(client: Executor, migrations: Migrations): Promise<SchemaState> {
  const found = await readSchemaVersion(client);
  const { version } = migrations.required;
  if (found && found.version > version) {
    return { found, plan: { pending: [], changed: [], newer: [] }, problems: [], settled: true };
  }
  const plan = planMigrations(migrations.files, await readApplied(client, found));
  const grants = migrations.files.find(({ kind }) => kind === 'grants')?.sql ?? '';
  const problems = found ? await findRightsProblems(client, readRights(migrations.roles, grants), found) : [];
  const current = found?.version === version;
  return {
    found,
    plan,
    problems,
    settled: current && [plan.pending, plan.changed, problems].every(({ length }) => length === 0),
  };
}

async function readApplied(client: Executor, found: SchemaVersion | undefined) {
  const { rows: applied } = found ? await client.query(READ_APPLIED, []) : { rows: [] };
  const { rows: present } = await client.query(READ_PRESENT, []);
  return {
    checksums: new Map<string, string>(applied.map(({ file, checksum }) => [file, checksum])),
    present: new Set<string>(present.map(({ name }) => name)),
  };
}

function refuse({ found, plan: { changed, newer } }: SchemaState, { required }: Migrations, release: string): void {
  const problem = cannotMigrate(found, required, release);
  if (problem) throw problem;
  if (changed.length > 0) {
    throw new SchemaVersionError(
      `${changed.join(', ')} changed after it was applied here: numbered migrations are final, so write a new one`,
    );
  }
  if (newer.length > 0) {
    throw new SchemaVersionError(
      `a newer pgtaskqueue migrated this database (${newer.join(', ')}): migrate with that version`,
    );
  }
}

function withGrants(pending: MigrationFile[], files: MigrationFile[]): MigrationFile[] {
  return files.filter((file) => file.kind === 'grants' || pending.includes(file));
}

// A user who may not change the schema can still find that no change is needed.
async function mayChange(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query(
    `select pg_catalog.pg_has_role(n.nspowner, 'usage') as may from pg_catalog.pg_namespace as n
     where n.nspname = 'taskqueue'`,
  );
  return rows[0].may;
}

const settingsOf = (connection: string | PrimarySettings) =>
  typeof connection === 'string' ? { connectionString: connection } : connection;

async function withClient<T>(
  connection: string | PrimarySettings,
  log: (line: string) => void,
  use: (client: DirectClient) => Promise<T>,
): Promise<T> {
  const client = await onceMore(async () => {
    const made = new DirectClient({ application_name: 'pgtaskqueue migrate', ...settingsOf(connection) });
    made.on('error', () => {}); // the current query rejects with the same error
    await made.connect();
    return made;
  });
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && log(`warning: ${message}`));
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
