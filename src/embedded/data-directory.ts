// Creates a PostgreSQL data directory with initdb if it is missing.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Binaries, program } from './binaries.ts';
import { CLEAN_ENVIRONMENT } from './environment.ts';
import { signalGroup } from './processes.ts';
import { giveTo, type RunAs, userAndGroup } from './run-as.ts';

/** Where a server keeps its files. */
export interface DataPlan {
  binaries: Binaries;
  user: RunAs | undefined;
  /** The data directory itself. This process must be able to write to its parent folder. */
  data: string;
  /** The file with the superuser's password, readable only by its owner. */
  passwordFile: string;
  /** True: faster, but not safe against a crash of the machine. */
  ephemeral: boolean;
  /** Ends initdb. */
  signal: AbortSignal | undefined;
}

/**
 * Creates the data directory unless it exists. If the process is killed meanwhile, nothing is left half done: initdb
 * works in a temporary folder beside it, which is renamed at the end.
 *
 * @returns the superuser's password
 * @throws Error with initdb's output if it fails · AbortError after the signal
 */
export async function prepareData(plan: DataPlan): Promise<string> {
  const { data, passwordFile } = plan;
  // A user who deletes the folder to start over wants the data deleted too, which may be elsewhere (run-as.ts).
  const isElsewhere = path.dirname(data) !== path.dirname(passwordFile);
  if (isElsewhere && !fs.existsSync(passwordFile)) fs.rmSync(data, { recursive: true, force: true });
  if (!fs.existsSync(path.join(data, 'PG_VERSION'))) await makeData(plan);
  return fs.readFileSync(passwordFile, 'utf8');
}

async function makeData(plan: DataPlan): Promise<void> {
  const { data, passwordFile, user } = plan;
  const folder = fs.mkdtempSync(`${data}-initdb-`);
  try {
    const password = randomBytes(18).toString('base64url');
    const handOver = path.join(folder, 'password');
    fs.writeFileSync(handOver, password, { mode: 0o600 });
    giveTo(user, folder, handOver);
    await runInitdb(plan, path.join(folder, 'data'), handOver);
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    fs.rmSync(data, { recursive: true, force: true });
    fs.renameSync(path.join(folder, 'data'), data);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function runInitdb(plan: DataPlan, data: string, passwordFile: string): Promise<void> {
  const { binaries, user, signal } = plan;
  signal?.throwIfAborted();
  // In a process group of its own, as PostgreSQL is: Ctrl-C in a terminal ends it only through this process.
  const initdb = spawn(program(binaries, 'initdb'), initdbOptions(plan, data, passwordFile), {
    ...userAndGroup(user),
    env: CLEAN_ENVIRONMENT,
    cwd: path.dirname(data),
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | string | null>((resolve) => {
    initdb.once('error', ({ message }) => resolve(message)).once('close', resolve);
  });
  // It hears a gentler signal only when the server that it runs has ended; its files are deleted anyway.
  const kill = () => signalGroup(initdb.pid, 'SIGKILL');
  signal?.addEventListener('abort', kill);
  const [status, stdout, stderr] = await Promise.all([ended, text(initdb.stdout), text(initdb.stderr)]);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  if (status !== 0) throw new Error(`initdb failed (${status}): ${stderr || stdout}`);
}

function initdbOptions({ binaries, ephemeral }: DataPlan, data: string, passwordFile: string): string[] {
  // The built-in locale sorts the same on every machine; older versions do not have it.
  const locale = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  const login = ['--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
  const speed = ephemeral ? ['--no-sync', '--wal-segsize=1'] : [];
  return [`--pgdata=${data}`, ...login, '--encoding=UTF8', ...locale, '--locale=C', '--no-instructions', ...speed];
}
