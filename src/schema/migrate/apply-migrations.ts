// Runs migration files on one connection: the cluster's roles, the schema and its owner, then the files in batches.

import type { Client, DatabaseError } from 'pg';
import { recordIdentity } from '../doctor/identity-check.ts';
import { DROP_SET_ASIDE } from './function-file.ts';
import { type Patience, patiently } from './lock-patience.ts';
import type { MigrationFile, Migrations } from './migration-files.ts';
import { inBatches } from './migration-plan.ts';
import {
  BECOME_OWNER,
  BECOME_OWNER_FOR_SESSION,
  beginBatch,
  HURRY_AUTOVACUUM,
  MAKE_SCHEMA,
  remember,
  rememberVersion,
  SETTINGS,
  statementOf,
} from './migration-statements.ts';
import { GRANT_AGAIN } from './saved-grants.ts';

/** The work of one migration. */
export interface PendingMigrations extends Pick<Migrations, 'roles' | 'owner' | 'required'> {
  /** The files to run, the grants last. */
  files: MigrationFile[];
  /** The program's own version, remembered with the schema's. */
  release: string;
  /** Whether the database gets a new identity (recordIdentity). */
  newIdentity: boolean;
}

/** Callbacks for waits, warnings and each file that ran. */
export interface Progress extends Patience {
  ran?(file: string): void;
}

/**
 * Runs the files. The caller must hold the migration lock. The version is recorded after all files have run.
 *
 * @throws Error with file and line of the failed statement, and the driver's error as `cause` · TransientError if
 *   tables stay locked
 */
export async function applyMigrations(client: Client, work: PendingMigrations, progress: Progress): Promise<void> {
  const { roles, owner, files, required, release, newIdentity } = work;
  if (roles) await patiently(client, progress, () => client.query(roles));
  await patiently(client, progress, () => makeSchema(client, progress));
  if (owner) await patiently(client, progress, () => restoreOwner(client, owner));
  for (const batch of inBatches(files)) {
    await patiently(client, progress, () => applyBatch(client, batch));
    for (const { file } of batch) progress.ran?.(file);
  }
  const finish = async () => {
    await client.query(BECOME_OWNER);
    await client.query(SETTINGS);
    await client.query(rememberVersion(required.version, release));
    await recordIdentity(client, newIdentity);
  };
  await patiently(client, progress, () => inTransaction(client, finish));
}

async function makeSchema(client: Client, { log }: Progress): Promise<void> {
  await inTransaction(client, async () => {
    const { rowCount } = await client.query(BECOME_OWNER);
    if (!rowCount && !(await ownsAlready(client))) {
      log('warning: migrating without the role taskqueue_owner: new objects will belong to the migrating user');
    }
    await client.query(`${SETTINGS}; ${MAKE_SCHEMA}`);
  });
}

// A restored copy belongs to the role that restored it; the next step returns it to its owner, if the user may.
async function ownsAlready(client: Client): Promise<boolean> {
  const { rows } = await client.query(`select pg_catalog.to_regclass('taskqueue.migrations') is not null as made`);
  return rows[0].made;
}

async function restoreOwner(client: Client, owner: string): Promise<void> {
  await inTransaction(client, async () => {
    await client.query(HURRY_AUTOVACUUM);
    await client.query(`${SETTINGS}; ${owner}`);
  });
}

async function applyBatch(client: Client, batch: MigrationFile[]): Promise<void> {
  const [first] = batch;
  if (first && !first.transactional) return applyAlone(client, first);
  await inTransaction(client, async () => {
    await client.query(HURRY_AUTOVACUUM);
    await client.query(BECOME_OWNER);
    await client.query(beginBatch(batch));
    for (const file of batch) {
      await run(client, file);
      await client.query(remember(file));
    }
    await client.query(DROP_SET_ASIDE);
    await client.query(GRANT_AGAIN);
  });
}

async function applyAlone(client: Client, file: MigrationFile): Promise<void> {
  await client.query(BECOME_OWNER_FOR_SESSION);
  try {
    await run(client, file);
    await client.query(remember(file));
  } finally {
    await client.query('reset role').catch(() => {}); // if the connection is lost, the first error says more
  }
}

async function inTransaction(client: Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {}); // as above
    throw error;
  }
}

async function run(client: Client, file: MigrationFile): Promise<void> {
  try {
    await client.query(statementOf(file));
  } catch (error) {
    throw inFile(file, error as DatabaseError);
  }
}

function inFile({ file, sql }: MigrationFile, error: DatabaseError): Error {
  const position = error.internalPosition ?? error.position;
  const line = position ? `:${sql.slice(0, Number(position)).split('\n').length}` : '';
  const dependants = error.code === '2BP01' ? dependantsOf(error) : '';
  return new Error(`migrations/${file}${line}: ${error.message}${dependants}`, { cause: error });
}

// PostgreSQL lists them a line each.
function dependantsOf({ detail = '' }: DatabaseError): string {
  return `\n${detail}\nThe migration was rolled back. Drop your own objects of these, migrate, and create them again.`;
}
