// Drops databases on a server.

import pg from 'pg';
import { onServer } from './on-server.ts';

const BEGINNING = `select d.datname::pg_catalog.text as name from pg_catalog.pg_database as d
  where pg_catalog.starts_with(d.datname::pg_catalog.text, $1)`;

/**
 * Drops the database if it exists, and ends every connection to it.
 *
 * @param serverUrl connection string of a role that may drop databases, in any other database of the server
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) => drop(client, name));
}

/** Drops all databases whose names begin so, but one. */
export async function dropOthers(serverUrl: string, prefix: string, kept: string): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(BEGINNING, [prefix]);
    for (const { name } of rows) if (name !== kept) await drop(client, name);
  });
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}
