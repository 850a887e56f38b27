// The database as the console's bar names it.

import pg from 'pg';
import type { Place } from '../console/layout.ts';
import { readHosts } from '../postgres/hosts.ts';

/** The name of the database and its host, of several the first; a socket is on this machine. */
export function placeOf(connection: pg.ClientConfig): Place {
  const { database, host, user } = new pg.Client(readHosts(connection).config);
  return { database: database ?? user ?? 'postgres', host: host.startsWith('/') ? 'localhost' : host };
}
