// One starter at a time in a folder, also when two processes start in the same moment.

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 60_000;
const HALF_WRITTEN_MS = 2_000;

/**
 * Runs the work while this process holds the lock file. A lock whose process is gone is taken over.
 *
 * @throws Error when another process holds it for a minute
 */
export async function whileLocked<T>(file: string, work: () => Promise<T>): Promise<T> {
  await lock(file);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function lock(file: string): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (!create(file)) {
    if (!isHeld(file)) fs.rmSync(file, { force: true });
    else if (Date.now() > deadline) throw new Error(`another process has held ${file} for a minute`);
    // Also after a removal: whoever saw the dead lock in the same moment has removed it too before anyone makes a new one.
    await sleep(50);
  }
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
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // alive, and somebody else's
  }
}
