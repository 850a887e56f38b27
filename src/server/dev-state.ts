// The file by which the command line finds a running `pgtaskqueue dev`: `dev.json` in its data folder.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What a running `dev` says about itself. */
export interface DevState {
  /** Process that runs it. */
  pid: number;
  /** Connection string of its database, password included: the file is readable by its owner alone. */
  databaseUrl: string;
  /** Address of its HTTP server. */
  url: string;
}

/**
 * The `dev` that runs on this data folder; with a relative folder the folders above the current one are looked through
 * as well, as git does. Undefined when there is none, or when its process is gone.
 */
export function findDevState(dataDir: string, from: string = process.cwd()): DevState | undefined {
  const state = readDevState(resolve(from, dataDir));
  if (state) return state;
  const parent = dirname(from);
  return parent === from || resolve(from, dataDir) === dataDir ? undefined : findDevState(dataDir, parent);
}

/**
 * Writes the state of this process, unless another one that still runs has written its own: the first `dev` on a folder
 * owns the PostgreSQL there and outlives those that joined it.
 */
export function writeDevState(dataDir: string, state: DevState): void {
  if (readDevState(dataDir)) return;
  mkdirSync(dataDir, { recursive: true });
  rmSync(fileIn(dataDir), { force: true });
  writeFileSync(fileIn(dataDir), `${JSON.stringify(state)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Removes the state that this process wrote. */
export function removeDevState(dataDir: string): void {
  if (readDevState(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true });
}

function readDevState(dataDir: string): DevState | undefined {
  try {
    const file = fileIn(dataDir);
    const state = JSON.parse(readFileSync(file, 'utf8')) as DevState;
    return isOurs(file) && isAlive(state.pid) ? state : undefined;
  } catch {
    return undefined; // no file, or one half written: nobody to find
  }
}

// In a folder above, such as /tmp, anyone may have left a file that leads to a database of theirs.
function isOurs(file: string): boolean {
  return process.getuid === undefined || statSync(file).uid === process.getuid();
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const fileIn = (dataDir: string) => join(dataDir, 'dev.json');
