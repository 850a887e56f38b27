// The command line finds a running `pgtaskqueue dev` by a file, `dev.json` in its data folder.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A running `dev`. */
export interface DevState {
  /** Its process. */
  pid: number;
  /** Connection string of its database, including the password: only the owner can read the file. */
  databaseUrl: string;
  /** Address of its HTTP server. */
  url: string;
}

/**
 * The `dev` that runs on this data folder. A relative folder is also searched for in the folders above the current one,
 * as git does. Undefined when there is none, or when its process has ended.
 */
export function findDevState(dataDir: string, from: string = process.cwd()): DevState | undefined {
  const state = readDevState(resolve(from, dataDir));
  if (state) return state;
  const parent = dirname(from);
  return parent === from || resolve(from, dataDir) === dataDir ? undefined : findDevState(dataDir, parent);
}

/**
 * Writes the state of this process, unless another running process has written its own: the first `dev` on a folder
 * owns the PostgreSQL there and outlives those that joined it.
 */
export function writeDevState(dataDir: string, state: DevState): void {
  if (readDevState(dataDir)) return;
  mkdirSync(dataDir, { recursive: true });
  rmSync(fileIn(dataDir), { force: true });
  writeFileSync(fileIn(dataDir), `${JSON.stringify(state)}\n`, { mode: 0o600, flag: 'wx' });
}

/** Removes the state if this process wrote it. */
export function removeDevState(dataDir: string): void {
  if (readDevState(dataDir)?.pid === process.pid) rmSync(fileIn(dataDir), { force: true });
}

function readDevState(dataDir: string): DevState | undefined {
  try {
    const file = fileIn(dataDir);
    const state = JSON.parse(readFileSync(file, 'utf8')) as DevState;
    return isOurs(file) && isAlive(state.pid) ? state : undefined;
  } catch {
    return undefined; // no file, or a partly written one
  }
}

// In a folder above, such as /tmp, another user could have put a file that points to a database of their own.
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
