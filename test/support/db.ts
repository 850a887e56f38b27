// Gives each test file a database, cloned from the migrated template.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';
import { databaseUrl } from '../../src/embedded/state-file.ts';

/** The roles in grants.sql, and the owner. */
export type Role = `taskqueue_${'owner' | 'enqueuer' | 'worker' | 'dispatcher' | 'server' | 'operator' | 'viewer'}`;

/** A test file's database; the fields are set before its first test. */
export interface TestDatabase {
  /** Connection string of a superuser. */
  url: string;
  /** Connection string of a login with no role but that of servers. */
  serverUrl: string;
  /** Up to ten connections of a superuser. */
  pool: pg.Pool;
  /** Opens a connection, for two-session tests; closed after the file's last test at the latest. */
  client(): Promise<pg.Client>;
  /** Opens a connection that works as a role. */
  asRole(role: Role): Promise<pg.Client>;
}

/**
 * Gives the test file a database. Call it once, outside the tests.
 *
 * @example
 * const database = useDatabase();
 * test('a task is added', async () => {
 *   await database.pool.query(`select taskqueue.add(url => '/x')`);
 * });
 */
export function useDatabase(): TestDatabase {
  const name = `t_${process.pid}_${randomBytes(4).toString('hex')}`;
  const adminUrl = inject('adminUrl');
  const url = databaseUrl(adminUrl, name);
  const clients: pg.Client[] = [];
  const serverUrl = Object.assign(new URL(url), { username: `${name}_server`, password: 'x' }).href;
  const database = { url, serverUrl, client: () => connect(url, clients) } as TestDatabase;
  database.asRole = async (role) => {
    const client = await database.client();
    await client.query(`set role ${role}`);
    return client;
  };
  beforeAll(async () => {
    await administer(adminUrl, `create database ${name} template ${inject('template')} strategy file_copy`);
    await administer(adminUrl, `create role ${name}_server login password 'x' in role taskqueue_server`);
    database.pool = new pg.Pool({ connectionString: url, max: 10 });
    database.pool.on('error', () => {}); // a test that ends connections checks the errors itself
  });
  afterAll(async () => {
    await Promise.allSettled([...clients.map((client) => client.end()), database.pool?.end()]);
    await administer(adminUrl, `drop database if exists ${name} with (force)`);
    await administer(adminUrl, `drop role if exists ${name}_server`);
  });
  return database;
}

async function connect(url: string, clients: pg.Client[]): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => {}); // as above
  clients.push(client);
  await client.connect();
  return client;
}

async function administer(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
