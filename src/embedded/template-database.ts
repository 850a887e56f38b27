// A database that others are copied from, which takes a fraction of the time in which it was filled.

import pg from 'pg';
import { createDatabase, databaseExists } from './create-database.ts';
import { dropDatabase } from './drop-database.ts';
import { onServer } from './on-server.ts';
import type { EmbeddedServer } from './postgres.ts';
import { temporaryName } from './temporary-names.ts';

const PREFIX = 'pgtaskqueue_template_';
/** Templates with other contents are dropped after a day: another checkout or suite may still use them. */
const KEPT_MS = 86_400_000;

/** The comment of a template says when it was made. */
const OTHERS = `select d.datname::pg_catalog.text as name,
    pg_catalog.shobj_description(d.oid, 'pg_database') as made
  from pg_catalog.pg_database as d
  where pg_catalog.starts_with(d.datname::pg_catalog.text, $1) and d.datname operator(pg_catalog.<>) $2
    and pg_catalog.pg_has_role(d.datdba, 'usage')`;

/**
 * Makes the template unless it exists; of processes that start together, one makes it and the others wait. Templates
 * with other contents are dropped when they are a day old. It gets its name when it is complete, so a process that is
 * killed leaves none that is not.
 *
 * @param contents names what it is filled with: up to 42 letters, digits and `_`
 * @param fill fills the database of a connection string, to which it leaves no connection
 * @returns its name
 */
export async function templateDatabase(
  server: Pick<EmbeddedServer, 'url' | 'urlFor'>,
  contents: string,
  fill: (url: string) => Promise<unknown>,
): Promise<string> {
  const name = PREFIX + contents;
  if (await onServer(server.url, (client) => databaseExists(client, name))) return name;
  await onServer(server.url, async (client) => {
    await client.query('select pg_catalog.pg_advisory_lock(pg_catalog.hashtextextended($1, 0))', [name]);
    if (!(await databaseExists(client, name))) await make(server, client, name, fill);
    await dropOld(server.url, client, name);
  });
  return name;
}

async function make(
  { url, urlFor }: Pick<EmbeddedServer, 'url' | 'urlFor'>,
  client: pg.Client,
  name: string,
  fill: (url: string) => Promise<unknown>,
): Promise<void> {
  const draft = temporaryName();
  try {
    await createDatabase(url, draft);
    await fill(urlFor(draft));
    await client.query(`comment on database ${pg.escapeIdentifier(draft)} is '${new Date().toISOString()}'`);
    await client.query(`alter database ${pg.escapeIdentifier(draft)} rename to ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    await dropDatabase(url, draft);
    throw error;
  }
}

async function dropOld(url: string, client: pg.Client, kept: string): Promise<void> {
  const { rows } = await client.query<{ name: string; made: string | null }>(OTHERS, [PREFIX, kept]);
  const old = rows.filter(({ made }) => !(Date.parse(made ?? '') > Date.now() - KEPT_MS));
  for (const { name } of old) await dropDatabase(url, name);
}
