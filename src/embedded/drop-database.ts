// Drops a database on a server.

import pg from 'pg';

/**
 * Drops the database if it exists, and ends every connection to it.
 *
 * @param serverUrl connection string of a role that may drop databases, in any other database of the server
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client(serverUrl);
  client.on('error', () => {}); // the current query rejects with the error
  await client.connect();
  try {
    await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
  } finally {
    await client.end();
  }
}
