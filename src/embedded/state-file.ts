// The file that says where the server of a folder can be reached: `<dir>/pg18.json`. It holds a password, so only its owner may read it.

import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** What a running server says about itself. */
export interface EmbeddedState {
  /** Connection string of the database `postgres`. */
  url: string;
  /** The data directory the server works on. */
  data: string;
}

/** Name of the state file for a major version. */
export const stateFile = (dir: string, major: number): string => path.join(dir, `pg${major}.json`);

/** Writes the state, in one moment for readers. */
export function writeState(file: string, state: EmbeddedState): void {
  const half = `${file}.${process.pid}`;
  fs.writeFileSync(half, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  fs.renameSync(half, file);
}

/** The connection string in the state file, when a server on that very data answers there. */
export async function answeringServer(file: string): Promise<EmbeddedState | undefined> {
  const state = readState(file);
  if (!state) return undefined;
  const data = await dataDirectoryOf(state.url);
  return data !== undefined && samePlace(data, state.data) ? state : undefined;
}

/**
 * Connection string of the embedded server that runs on a folder, or undefined.
 *
 * @param dir the folder given to `startEmbedded`
 * @param database name of a database in it
 * @example
 * const url = await runningEmbedded('.pgtaskqueue', 'pgtaskqueue');
 */
export async function runningEmbedded(dir: string, database = 'postgres'): Promise<string | undefined> {
  const names = fs.existsSync(dir) ? fs.readdirSync(dir).filter((name) => /^pg\d+\.json$/.test(name)) : [];
  for (const name of names) {
    const state = await answeringServer(path.join(dir, name));
    if (state) return databaseUrl(state.url, database);
  }
  return undefined;
}

/** The same server's connection string for another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}

/** The data directory of the server that answers, or undefined when none does. */
export async function dataDirectoryOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => {}); // the query below fails with it
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}

function readState(file: string): EmbeddedState | undefined {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as EmbeddedState;
  } catch {
    return undefined; // none yet
  }
}

function samePlace(one: string, other: string): boolean {
  return path.resolve(one) === path.resolve(other);
}
