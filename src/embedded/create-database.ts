// Creates a database on a server if it is missing.

import pg from 'pg';

const DUPLICATE = ['42P04', '23505']; // another process was first

/**
 * Creates the database unless it exists.
 *
 * @param serverUrl connection string of a role that may create databases, in any database of the server
 */
export async function createDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  client.on('error', () => {}); // the current query rejects with the error
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'select from pg_catalog.pg_database where datname operator(pg_catalog.=) $1',
      [name],
    );
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    if (!DUPLICATE.includes((error as pg.DatabaseError).code ?? '')) throw error;
  } finally {
    await client.end();
  }
}
