// Creates a database on a server if it is missing.

import pg from 'pg';
import { onServer } from './on-server.ts';

const DUPLICATE = ['42P04', '23505']; // another process was first

/**
 * Creates the database unless it exists.
 *
 * @param serverUrl connection string of a role that may create databases, in any other database of the server
 * @param template the database to copy, to which nobody may be connected
 * @param strategy `file_copy` is faster where nothing is flushed to disk: it makes two checkpoints
 */
export async function createDatabase(
  serverUrl: string,
  name: string,
  template = 'template1',
  strategy: 'wal_log' | 'file_copy' = 'wal_log',
): Promise<void> {
  await onServer(serverUrl, async (client) => {
    if (await databaseExists(client, name)) return;
    const copied = `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}
      strategy ${strategy}`;
    await client.query(copied).catch((error: pg.DatabaseError) => {
      if (!DUPLICATE.includes(error.code ?? '')) throw error;
    });
  });
}

export async function databaseExists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'select from pg_catalog.pg_database where datname operator(pg_catalog.=) $1',
    [name],
  );
  return rowCount === 1;
}
