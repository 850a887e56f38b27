// The state file, `<dir>/pg18.json`, with the address of a folder's server. It contains a password, so only its owner
// may read it.

import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { isAlive } from './processes.ts';

/** A busy machine may take long to accept a connection; where no server listens, it is refused at once. */
const SLOW_MS = 30_000;

/** The contents of the state file. */
export interface EmbeddedState {
  /** Connection string of the database `postgres`. */
  url: string;
  /** The server's data directory. */
  data: string;
  /** The process that started the server, which ends with it. */
  owner: number;
}

/** Returns the path of the state file for a major version. */
export const stateFile = (dir: string, major: number): string => path.join(dir, `pg${major}.json`);

/** Writes the state atomically. */
export function writeState(file: string, state: EmbeddedState): void {
  const half = `${file}.${process.pid}`;
  fs.writeFileSync(half, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  fs.renameSync(half, file);
}

/** Removes the state: nobody finds the server any more. */
export function removeState(file: string): void {
  fs.rmSync(file, { force: true });
}

/** Returns the state if a server with that data directory responds at its address, and its process lives. */
export async function respondingServer(file: string): Promise<EmbeddedState | undefined> {
  const state = readState(file);
  if (!state || !isAlive(state.owner)) return undefined;
  const data = await dataDirectoryOf(state.url);
  return data !== undefined && samePath(data, state.data) ? state : undefined;
}

/**
 * Returns the connection string of the embedded server that runs on a folder, or undefined.
 *
 * @param dir the folder given to `startEmbedded`
 * @param database the name of a database on the server
 * @example
 * const url = await runningEmbedded('.pgtaskqueue', 'pgtaskqueue');
 */
export async function runningEmbedded(dir: string, database = 'postgres'): Promise<string | undefined> {
  const names = fs.existsSync(dir) ? fs.readdirSync(dir).filter((name) => /^pg\d+\.json$/.test(name)) : [];
  for (const name of names) {
    const state = await respondingServer(path.join(dir, name));
    if (state) return databaseUrl(state.url, database);
  }
  return undefined;
}

/** Returns the same server's connection string for another database. */
export function databaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.toString();
}

/** Returns the data directory of the server at an address, or undefined if none responds. */
export async function dataDirectoryOf(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: SLOW_MS });
  client.on('error', () => {}); // the query below rejects with the error
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
    return undefined; // there is none yet
  }
}

function samePath(one: string, other: string): boolean {
  return path.resolve(one) === path.resolve(other);
}
