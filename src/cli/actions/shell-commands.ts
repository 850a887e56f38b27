// A shell command per task: what it is told, and what its end means.
//
// Each command leads a process group of its own: Ctrl-C at the terminal reaches the worker alone, which lets commands end, and a command is ended
// together with what it has started.

import { type ChildProcess, spawn } from 'node:child_process';
import type { LeasedTask } from '../../client/task.ts';

/** From the polite request to end until the other one. */
const LAST_WORDS_MS = 2_000;

export class ShellCommands {
  readonly #command: string;
  readonly #environment: Record<string, string>;
  readonly #running = new Map<ChildProcess, Promise<unknown>>();
  #stopping = false;

  /** @param environment of every command, beside the facts of its task */
  constructor(command: string, environment: Record<string, string>) {
    this.#command = command;
    this.#environment = environment;
  }

  /**
   * Runs the command on a task.
   *
   * @param signal when it aborts, the command and all it has started are ended
   * @throws Error that tells how the command failed; or that it was ended because everything stops
   */
  async run(task: LeasedTask, signal: AbortSignal): Promise<void> {
    const child = spawn('/bin/sh', ['-c', this.#command], {
      detached: true,
      env: { ...this.#environment, ...factsOf(task) },
      stdio: ['pipe', 'inherit', 'inherit'],
    });
    child.stdin.on('error', () => {}); // a command need not read its input
    child.stdin.end(task.payload);
    const ended = new Promise<string | undefined>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, by) => resolve(code === 0 ? undefined : by ? `ended by ${by}` : `exit code ${code}`));
    });
    this.#running.set(child, ended);
    const end = () => this.#end(child, ended);
    signal.addEventListener('abort', end, { once: true });
    try {
      const failure = await ended;
      if (failure === undefined) return;
      if (this.#stopping) throw new Error('ended because the worker was stopped');
      throw new Error(failure);
    } finally {
      signal.removeEventListener('abort', end);
      this.#running.delete(child);
    }
  }

  /** Asks the commands to end, and ends those that don't. Resolves when none is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled([...this.#running].map(([child, ended]) => this.#end(child, ended)));
  }

  /** For a process that ends at once. */
  kill(): void {
    for (const child of this.#running.keys()) signalGroup(child, 'SIGKILL');
  }

  async #end(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
    signalGroup(child, 'SIGTERM');
    const impatience = setTimeout(() => signalGroup(child, 'SIGKILL'), LAST_WORDS_MS);
    await ended.catch(() => {});
    clearTimeout(impatience);
  }
}

function factsOf(task: LeasedTask): Record<string, string> {
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
  } catch {} // it has ended
}
