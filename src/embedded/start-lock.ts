// A lock file that lets only one process at a time start or stop a server in a folder.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.ts';

const PATIENCE_MS = 60_000;
const HALF_WRITTEN_MS = 2_000;

/**
 * Runs the work while this process holds the lock file. The lock of a process that has ended is taken over.
 *
 * @param signal ends the wait for the lock
 * @throws Error if another process holds it for a minute · AbortError after the signal
 */
export async function whileLocked<T>(file: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const unlock = await lock(file, signal);
  try {
    return await work();
  } finally {
    unlock();
  }
}

/**
 * Takes the lock file, and returns the function that removes it.
 *
 * @throws as whileLocked
 */
export async function lock(file: string, signal?: AbortSignal): Promise<() => void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!create(file)) {
    if (!isHeld(file)) fs.rmSync(file, { force: true });
    else if (Date.now() > deadline) throw new Error(`another process has held ${file} for a minute`);
    // Sleeps even after a removal: another process that saw the dead lock at the same moment removes it before a new
    // one is created.
    await sleep(50, undefined, { signal });
  }
  return () => fs.rmSync(file, { force: true });
}

function create(file: string): boolean {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isHeld(file: string): boolean {
  try {
    const pid = Number(fs.readFileSync(file, 'utf8'));
    if (pid === 0) return Date.now() - fs.statSync(file).mtimeMs < HALF_WRITTEN_MS;
    return isAlive(pid);
  } catch {
    return false; // it was removed meanwhile
  }
}
