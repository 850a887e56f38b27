// Runs a shell command per task.
//
// Each command leads a process group of its own. Ctrl-C at the terminal therefore reaches the worker alone, which lets
// commands finish, and a command is terminated together with the processes it has started.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import type { LeasedTask } from '../../client/task.ts';

/** Between SIGTERM and SIGKILL. */
const GRACE_MS = 2_000;
const LONGEST_END = 2_000;
const LAST_WORDS_MS = 200;

export class ShellCommands {
  readonly #command: string;
  readonly #environment: Record<string, string>;
  readonly #running = new Map<ChildProcess, Promise<unknown>>();
  #stopping = false;

  /** @param environment of every command, in addition to the variables of its task */
  constructor(command: string, environment: Record<string, string>) {
    this.#command = command;
    this.#environment = environment;
  }

  /**
   * Runs the command on a task.
   *
   * @param signal terminates the command and everything it has started
   * @throws Error that says how the command failed, or that it was terminated because the worker stops
   */
  async run(task: LeasedTask, signal: AbortSignal): Promise<void> {
    const child = spawn('/bin/sh', ['-c', this.#command], {
      detached: true,
      env: { ...this.#environment, ...variablesOf(task) },
      stdio: ['pipe', 'inherit', 'pipe'],
    });
    const lastLine = passOn(child.stderr as Socket);
    child.stdin.on('error', () => {}); // a command does not have to read its input
    child.stdin.end(task.payload);
    const ended = new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, by) => resolve(code === 0 ? undefined : by ? `killed by ${by}` : `exit code ${code}`));
    });
    this.#running.set(child, ended);
    const end = () => this.#terminate(child, ended);
    signal.addEventListener('abort', end, { once: true });
    try {
      const failure = await ended;
      if (failure === undefined) return;
      if (this.#stopping) throw new Error('terminated because the worker was stopped');
      const said = await lastLine();
      throw new Error(said === '' ? failure : `${failure}: ${said}`);
    } finally {
      signal.removeEventListener('abort', end);
      this.#running.delete(child);
    }
  }

  /** Terminates all commands, and kills those that do not exit. Resolves when none is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled([...this.#running].map(([child, ended]) => this.#terminate(child, ended)));
  }

  /** Kills all commands now, for a process that exits. */
  kill(): void {
    for (const child of this.#running.keys()) signalGroup(child, 'SIGKILL');
  }

  async #terminate(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
    signalGroup(child, 'SIGTERM');
    const killing = setTimeout(() => signalGroup(child, 'SIGKILL'), GRACE_MS);
    await ended.catch(() => {});
    clearTimeout(killing);
  }
}

/**
 * Writes what a command says to this process's standard error. Returns a function for the last line of it, which waits
 * for what is still on its way, but not for processes that the command has left behind.
 */
function passOn(stream: Socket): () => Promise<string> {
  let end = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    process.stderr.write(text);
    end = (end + text).slice(-LONGEST_END);
  });
  return async () => {
    stream.unref();
    await finished(stream, { signal: AbortSignal.timeout(LAST_WORDS_MS) }).catch(() => {});
    return end.trimEnd().split('\n').at(-1) ?? '';
  };
}

function variablesOf(task: LeasedTask): Record<string, string> {
  return {
    PGTASKQUEUE_TASK_QUEUE: task.queueName,
    PGTASKQUEUE_TASK_NAME: task.name,
    ...(task.tag === null ? {} : { PGTASKQUEUE_TASK_TAG: task.tag }),
    PGTASKQUEUE_TASK_RETRY_COUNT: String(task.retryCount),
    PGTASKQUEUE_TASK_ETA: task.eta.toISOString(),
    PGTASKQUEUE_TASK_CREATED: task.created.toISOString(),
    PGTASKQUEUE_TASK_LEASE_TOKEN: task.leaseToken,
  };
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {} // it has exited
}
