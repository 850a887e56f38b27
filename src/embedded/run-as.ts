// The user that PostgreSQL runs as. It refuses to run as root, so root starts it as an ordinary user of the machine.
// Files that this user cannot reach, such as a clone below /root, are copied to a public folder that belongs to root.

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

// Never below the temporary folder: root would run whatever another user put under a predictable name.
const PUBLIC = '/var/lib/pgtaskqueue';

/**
 * Returns the user to run PostgreSQL as; undefined: the current one.
 *
 * @param wanted the name of a user, tried before `postgres` and `nobody`; only root can choose
 * @throws Error if root finds no such user
 */
export function userToRunAs(wanted?: string): RunAs | undefined {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return undefined;
  const users = fs.readFileSync('/etc/passwd', 'utf8').split('\n').map(readUser);
  for (const name of [wanted, 'postgres', 'nobody']) {
    const user = users.find((candidate) => candidate.name === name && candidate.uid > 0);
    if (user) return user;
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user postgres or nobody: run as another user, or set DATABASE_URL',
  );
}

/** Returns the same binaries where the user can run them: a copy (60 MB, made once) if the user cannot reach them. */
export function reachableBinaries(binaries: Binaries, user: RunAs | undefined): Binaries {
  if (!user || canRun(program(binaries, 'initdb'), user)) return binaries;
  const directory = path.join(PUBLIC, `pg-${binaries.version}`);
  if (!fs.existsSync(directory)) copyAtomically(binaries.directory, directory);
  return { ...binaries, directory };
}

/** Returns the folder itself if the user can enter it, otherwise a fixed substitute for it. */
export function reachableFolder(folder: string, user: RunAs | undefined): string {
  if (!user || canEnter(folder, user)) return folder;
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const substitute = path.join(PUBLIC, `data-${key}`);
  fs.mkdirSync(substitute, { recursive: true, mode: 0o755 });
  return substitute;
}

/** Returns options for `spawn` that run the child as the user. */
export function userAndGroup(user: RunAs | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

/** Makes the user the owner of files. */
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

function copyAtomically(from: string, to: string): void {
  fs.mkdirSync(path.dirname(to), { recursive: true, mode: 0o755 });
  const half = fs.mkdtempSync(`${to}.`);
  try {
    fs.cpSync(from, half, { recursive: true, verbatimSymlinks: true });
    fs.chmodSync(half, 0o755);
    fs.renameSync(half, to);
  } catch (error) {
    fs.rmSync(half, { recursive: true, force: true });
    if (!fs.existsSync(to)) throw error; // otherwise another process was first
  }
}
