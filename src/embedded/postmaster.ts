// A running PostgreSQL, which never outlives the process that started it. A shell between them holds the reading end of
// a pipe from this process. When this process ends for any reason, even kill -9, the shell reads the end of the pipe
// and asks PostgreSQL for a fast shutdown, again until it has ended: one that just starts does not hear it. Both run in
// a process group of their own, so Ctrl-C in a terminal reaches only this process: the dispatcher still needs its
// database to stop cleanly.

import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { type Binaries, program } from './binaries.ts';
import { CLEAN_ENVIRONMENT } from './environment.ts';
import { signalProcess } from './processes.ts';
import { type RunAs, userAndGroup } from './run-as.ts';

const GUARD = `exec 3<&0
sockets=$1; shift
"$@" </dev/null 3<&- & server=$!
(read -r _ <&3; while kill -INT $server; do sleep 1; done) 2>/dev/null & guard=$!
wait $server; status=$?
kill $guard 2>/dev/null
[ -z "$sockets" ] || rm -rf -- "$sockets"
exit $status`;

// After this time PostgreSQL must end immediately; it recovers at the next start.
const FAST_SHUTDOWN_MS = 3_000;

/** What to run. */
export interface PostmasterOptions {
  binaries: Binaries;
  user: RunAs | undefined;
  data: string;
  settings: Record<string, string>;
  /** Folder of its Unix socket, removed when the server has ended. */
  socketFolder?: string | undefined;
  /** Receives the server's output. */
  logFile: string;
}

/** The process of the server that runs on the data directory; undefined: none does. */
export function postmasterOf(data: string): number | undefined {
  try {
    return Number(fs.readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[0]) || undefined;
  } catch {
    return undefined; // it has ended
  }
}

/** A PostgreSQL started by this process. */
export class Postmaster {
  /** Set when the server has ended. */
  exitCode: number | undefined;
  readonly #data: string;
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;

  constructor(options: PostmasterOptions) {
    this.#data = options.data;
    this.#child = launch(options);
    this.#gone = new Promise((resolve) => {
      const end = (code: number | null) => {
        this.exitCode = code ?? -1;
        resolve();
      };
      this.#child.once('exit', end);
      this.#child.once('error', () => end(null));
    });
    detach(this.#child);
  }

  /** Shuts the server down and waits until it has ended: all connections close, and committed work is kept. */
  async stop(): Promise<void> {
    this.#child.ref();
    if (process.platform === 'win32') this.#child.kill();
    else this.#child.stdin?.end();
    const impatience = setInterval(() => this.#quit(), FAST_SHUTDOWN_MS);
    await this.#gone;
    clearInterval(impatience);
  }

  #quit(): void {
    const pid = postmasterOf(this.#data);
    if (this.exitCode === undefined) signalProcess(pid, 'SIGQUIT');
  }
}

function launch({ binaries, user, data, settings, socketFolder = '', logFile }: PostmasterOptions): ChildProcess {
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const command = [program(binaries, 'postgres'), '-D', data, ...options];
  const log = fs.openSync(logFile, 'a', 0o600);
  try {
    const [file, ...rest] =
      process.platform === 'win32' ? command : ['/bin/sh', '-c', GUARD, 'pgtaskqueue', socketFolder, ...command];
    return spawn(file as string, rest, {
      ...userAndGroup(user),
      env: CLEAN_ENVIRONMENT,
      cwd: '/',
      detached: process.platform !== 'win32',
      stdio: ['pipe', log, log],
    });
  } finally {
    fs.closeSync(log);
  }
}

// The server must not keep this process running.
function detach(child: ChildProcess): void {
  child.unref();
  child.stdin?.on('error', () => {}); // the shell has already ended
  (child.stdin as unknown as { unref?: () => void } | null)?.unref?.();
}
