// Brings a database's schema to the one this program needs, from any number of places at once.
//
// One session lock a database makes the callers take turns: it needs a direct connection, not a transaction pooler. What
// can be is committed together with its bookkeeping, so a migration that is killed half-way has either happened or not.

import type pg from 'pg';
import { applyMigrations } from './apply-migrations.ts';
import { DirectClient, onceMore } from './direct-client.ts';
import { readMigrations } from './migration-files.ts';
import { type MigrationPlan, planMigrations } from './migration-plan.ts';
import { READ_APPLIED } from './migration-statements.ts';

export { pendingSql } from './pending-sql.ts';

/** The advisory lock (`pg_advisory_lock(bigint)`) that a running migration holds in its database. */
export const MIGRATION_LOCK = 8_123_000;

/** A database: a connection string, or the driver's settings. */
export type Connection = string | pg.ClientConfig;

/** How to migrate. */
export interface MigrateOptions {
  /** Gets a line for each file and each warning. */
  log?: (line: string) => void;
  /** True: say what would be applied, and apply nothing. */
  dryRun?: boolean;
  /** Folder of the SQL files; default: this package's own. */
  directory?: string;
}

/** What a database has and lacks. */
export interface SchemaCheck {
  /** True when this program can work on the schema: nothing pending, nothing changed. */
  ok: boolean;
  /** Files that have to run. */
  pending: string[];
  /** Numbered files whose text is another than the one that ran. */
  changed: string[];
  /** Numbered files that a newer program ran; they do not disturb this one. */
  newer: string[];
}

/**
 * Applies what the database lacks. Safe to repeat, to run from several places at once, and to run again after it was killed.
 *
 * @returns the files that ran, or with `dryRun` would run, in order
 * @throws Error that names the file: a numbered file changed after it ran, or a statement failed (`cause`: the driver's error)
 * @example
 * const { applied } = await migrate(process.argv[2], { log: console.log });
 */
export async function migrate(connection: Connection, options: MigrateOptions = {}): Promise<{ applied: string[] }> {
  const { log = () => {}, dryRun = false, directory } = options;
  return withClient(connection, log, async (client) => {
    await client.query('select pg_catalog.pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { roles, files } = await readMigrations(directory);
    const plan = planMigrations(files, await readApplied(client));
    refuseConflict(plan);
    if (plan.pending.length > 0 && !dryRun) await applyMigrations(client, roles, plan.pending, log);
    return { applied: plan.pending.map(({ file }) => file) };
  });
}

/**
 * Compares the database's schema with the one this program needs; changes nothing.
 *
 * @throws Error when the database can't be reached
 */
export async function checkSchema(connection: Connection, directory?: string): Promise<SchemaCheck> {
  const { files } = await readMigrations(directory);
  const { pending, changed, newer } = await withClient(
    connection,
    () => {},
    async (client) => planMigrations(files, await readApplied(client)),
  );
  const ok = pending.length === 0 && changed.length === 0;
  return { ok, pending: pending.map(({ file }) => file), changed, newer };
}

async function withClient<T>(
  connection: Connection,
  log: (line: string) => void,
  use: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const config = typeof connection === 'string' ? { connectionString: connection } : connection;
  const client = await onceMore(async () => {
    const made = new DirectClient({ application_name: 'pgtaskqueue migrate', ...config });
    made.on('error', () => {}); // the query in flight fails with the same error
    return made.connect();
  });
  client.on('notice', ({ severity, message }) => severity === 'WARNING' && log(`warning: ${message}`));
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

async function readApplied(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query(`select pg_catalog.to_regclass('taskqueue.migrations') is not null as exists`);
  if (!rows[0].exists) return new Map();
  const applied = await client.query<{ file: string; checksum: string }>(READ_APPLIED);
  return new Map(applied.rows.map(({ file, checksum }) => [file, checksum]));
}

function refuseConflict({ pending, changed, newer }: MigrationPlan): void {
  if (changed.length > 0) {
    throw new Error(`${changed.join(', ')} changed after it ran here: a numbered migration is final, write a new one`);
  }
  if (newer.length > 0 && pending.length > 0) {
    throw new Error(`a newer pgtaskqueue migrated this database (${newer.join(', ')}): use that one to migrate it`);
  }
}
