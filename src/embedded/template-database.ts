// A database that others are copied from, which takes a fraction of the time in which it was filled.

import pg from 'pg';
import { createDatabase, databaseExists } from './create-database.ts';
import { dropDatabase, dropOthers } from './drop-database.ts';
import { onServer } from './on-server.ts';
import type { EmbeddedServer } from './postgres.ts';
import { temporaryName } from './temporary-names.ts';

const PREFIX = 'template_';
const DUPLICATE = '42P04';

/**
 * Makes the template unless it exists, and drops those with other contents. It gets its name when it is complete, so a
 * process that is killed leaves none that is not.
 *
 * @param contents names what it is filled with: letters, digits and `_`
 * @param fill fills the database of a connection string, to which it leaves no connection
 * @returns its name
 */
export async function templateDatabase(
  { url, urlFor }: Pick<EmbeddedServer, 'url' | 'urlFor'>,
  contents: string,
  fill: (url: string) => Promise<unknown>,
): Promise<string> {
  const name = PREFIX + contents;
  if (await onServer(url, (client) => databaseExists(client, name))) return name;
  const draft = temporaryName();
  const renamed = `alter database ${pg.escapeIdentifier(draft)} rename to ${pg.escapeIdentifier(name)}`;
  try {
    await createDatabase(url, draft);
    await fill(urlFor(draft));
    await onServer(url, (client) => client.query(renamed));
  } catch (error) {
    await dropDatabase(url, draft);
    if ((error as pg.DatabaseError).code !== DUPLICATE) throw error; // otherwise another process was first
  }
  await dropOthers(url, PREFIX, name);
  return name;
}
