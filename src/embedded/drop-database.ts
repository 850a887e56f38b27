// Drops databases on a server.

import pg from 'pg';
import { onServer } from './on-server.ts';
import { secondsSinceMade, TEMPORARY } from './temporary-names.ts';

/** Databases that nobody is connected to. Counters, unlike sessions, are shown to every role. */
const UNUSED = `select d.datname::pg_catalog.text as name
  from pg_catalog.pg_database as d
  join pg_catalog.pg_stat_database as s on s.datid operator(pg_catalog.=) d.oid
  where pg_catalog.starts_with(d.datname::pg_catalog.text, $1)
    and s.numbackends operator(pg_catalog.=) 0 and pg_catalog.pg_has_role(d.datdba, 'usage')`;

/**
 * Drops the database if it exists, and ends every connection to it.
 *
 * @param serverUrl connection string of a role that may drop databases, in any other database of the server
 */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, (client) =>
    client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  );
}

/**
 * Drops the temporary databases of processes that were killed: those that nobody is connected to.
 *
 * @param seconds younger ones stay: their process may be about to connect
 */
export async function dropLeftovers(serverUrl: string, seconds: number): Promise<void> {
  await onServer(serverUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>(UNUSED, [TEMPORARY]);
    for (const { name } of rows) {
      const age = secondsSinceMade(name);
      if (age === undefined || age < seconds) continue;
      await client.query(`drop database if exists ${pg.escapeIdentifier(name)}`).catch((error: pg.DatabaseError) => {
        if (error.code !== IN_USE) throw error;
      });
    }
  });
}

const IN_USE = '55006';
