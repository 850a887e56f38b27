// Which database a connection leads to, whatever it is called there.

import type pg from 'pg';
import { PrimaryClient } from './primary-client.ts';

/**
 * Text that tells a database from all others. Copies of a server have the same system identifier, but were not started
 * in the same microsecond.
 */
const WHICH = `
select pg_catalog.concat_ws('/', pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()), d.oid) as which
from pg_catalog.pg_database as d
where d.datname operator(pg_catalog.=) pg_catalog.current_database()`;

/** Connects once. The text holds until the server starts again. */
export async function whichDatabase(settings: pg.ClientConfig): Promise<string> {
  const client = new PrimaryClient(settings);
  client.on('error', () => {}); // its query rejects
  try {
    await client.connect();
    const { rows } = await client.query(WHICH);
    return rows[0].which;
  } finally {
    await client.end();
  }
}
