// Making and dropping whole databases, for `dev` and its demonstration.

import pg from 'pg';

/**
 * Makes the database unless it is there.
 *
 * @param adminUrl connection string of any other database of the server
 * @throws what the driver throws, DatabaseError 42501 when the user may not create databases
 */
export async function createDatabase(adminUrl: string, name: string): Promise<void> {
  await once(adminUrl, async (client) => {
    try {
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      const { code } = error as pg.DatabaseError;
      if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error; // the latter: made by two at once
    }
  });
}

/** Drops the database if it is there, and ends every connection to it. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await once(adminUrl, (client) => client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`));
}

const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

async function once(url: string, use: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // the query in flight fails with the same error
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}
