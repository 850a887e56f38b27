// Whom PostgreSQL runs as. It refuses root, so root gives the work to an ordinary user of the machine, and what that user
// can't reach (a clone below /root, say) moves to a public place that belongs to root.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type Binaries, program } from './binaries.ts';

/** An ordinary user of this machine. */
export interface RunAs {
  name: string;
  uid: number;
  gid: number;
}

// Never below the temporary folder: root would run whatever somebody put under a name that can be guessed.
const PUBLIC = '/var/lib/pgtaskqueue';

/**
 * The user to run PostgreSQL as; undefined: the current one.
 *
 * @param wanted name of a user, tried before `postgres` and `nobody`; only root can choose
 * @throws Error when root finds no such user
 */
export function userToRunAs(wanted?: string): RunAs | undefined {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return undefined;
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map(readUser);
  for (const name of [wanted, 'postgres', 'nobody']) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid > 0);
    if (user) return user;
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody: run as another user or set DATABASE_URL',
  );
}

/** The same binaries at a place where the user can run them: a copy (60 MB, made once) when they can't be reached. */
export function reachableBinaries(binaries: Binaries, user: RunAs | undefined): Binaries {
  if (!user || canRun(program(binaries, 'initdb'), user)) return binaries;
  const directory = path.join(PUBLIC, `pg-${binaries.version}`);
  if (!fs.existsSync(directory)) copyAtOnce(binaries.directory, directory);
  return { ...binaries, directory };
}

/** The folder itself when the user can enter it, else a stand-in for it that always is the same one. */
export function reachableFolder(folder: string, user: RunAs | undefined): string {
  if (!user || canEnter(folder, user)) return folder;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const standIn = path.join(PUBLIC, `data-${key}`);
  fs.mkdirSync(standIn, { recursive: true, mode: 0o755 });
  return standIn;
}

/** Options for `spawn` that make the child run as the user. */
export function userAndGroup(user: RunAs | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Gives files to the user. */
export function giveTo(user: RunAs | undefined, ...files: string[]): void {
  if (user) for (const file of files) fs.chownSync(file, user.uid, user.gid);
}

function readUser(line: string): RunAs {
  const [name = '', , uid, gid] = line.split(':');
  return { name, uid: Number(uid), gid: Number(gid) };
}

function canRun(file: string, user: RunAs): boolean {
  return spawnSync(file, ['--version'], { ...userAndGroup(user), stdio: 'ignore', cwd: '/' }).status === 0;
}

function canEnter(folder: string, user: RunAs): boolean {
  const test = ['-c', 'test -x "$1"', 'sh', folder];
  return spawnSync('/bin/sh', test, { ...userAndGroup(user), stdio: 'ignore', cwd: '/' }).status === 0;
}

function copyAtOnce(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 });
  const half = fs.mkdtempSync(`${to}.`);
  try {
    fs.cpSync(from, half, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(half, 0o755);
    fs.renameSync(half, to);
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(to)) throw error; // else another process was first
  }
}
