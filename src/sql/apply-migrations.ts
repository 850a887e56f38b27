// Runs migration files on one connection: the cluster's roles, the schema's home, then the files portion by portion.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, DatabaseError } from 'pg';
import type { MigrationFile } from './migration-files.ts';
import { inTransactions } from './migration-plan.ts';
import { BECOME_OWNER, BECOME_OWNER_FOR_LONG, MAKE_SCHEMA, remember, SETTINGS } from './migration-statements.ts';

type Log = (line: string) => void;

// Lock time-outs and deadlocks with a busy application, and roles that another database of the cluster makes right now.
const PASSING = ['55P03', '40P01', 'XX000', '23505', '42710'];
const TRIES = 6;
const PAUSE_MS = 250;

/**
 * Runs the files. The caller holds the migration lock.
 *
 * @param roles text of roles.sql
 * @throws Error with file and line of the statement that failed, and the driver's error as `cause`
 */
export async function applyMigrations(client: Client, roles: string, files: MigrationFile[], log: Log): Promise<void> {
  if (roles) await patiently(() => client.query(roles), log);
  await patiently(() => makeSchema(client, log), log);
  for (const portion of inTransactions(files)) {
    await patiently(() => applyPortion(client, portion), log);
    for (const { file } of portion) log(`migrated ${file}`);
  }
}

async function makeSchema(client: Client, log: Log): Promise<void> {
  await inTransaction(client, async () => {
    const { rowCount } = await client.query(BECOME_OWNER);
    if (!rowCount)
      log('warning: migrating without the role taskqueue_owner: what is made belongs to the migrating user');
    await client.query(`${SETTINGS}; ${MAKE_SCHEMA}`);
  });
}

async function applyPortion(client: Client, portion: MigrationFile[]): Promise<void> {
  const [first] = portion;
  if (first && !first.transactional) return applyAlone(client, first);
  await inTransaction(client, async () => {
    await client.query(BECOME_OWNER);
    await client.query(SETTINGS);
    for (const file of portion) {
      await run(client, file);
      await client.query(remember(file));
    }
  });
}

async function applyAlone(client: Client, file: MigrationFile): Promise<void> {
  await client.query(BECOME_OWNER_FOR_LONG);
  try {
    await run(client, file);
    await client.query(remember(file));
  } finally {
    await client.query('reset role').catch(() => {}); // of a connection that is gone, the first error says more
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

async function run(client: Client, { file, sql }: MigrationFile): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    const { message, position } = error as DatabaseError;
    const line = position ? `:${sql.slice(0, Number(position)).split('\n').length}` : '';
    throw new Error(`migrations/${file}${line}: ${message}`, { cause: error });
  }
}

async function patiently(attempt: () => Promise<unknown>, log: Log): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await attempt();
      return;
    } catch (error) {
      const { code } = ((error as Error).cause ?? error) as DatabaseError;
      if (tries === TRIES || !PASSING.includes(code ?? '')) throw error;
      log(`warning: ${(error as Error).message}; trying again`);
      await sleep(PAUSE_MS);
    }
  }
}
