// What a worker tells of its tasks: to the application's hooks, to the log, and in counts.

import type { LeasedTask } from '../client/task.ts';
import { callHook } from '../runtime/call-hook.ts';
import { systemClock } from '../runtime/clock.ts';
import { DeathLog } from '../runtime/death-log.ts';
import { FailureLog } from '../runtime/failure-log.ts';
import type { HeldTask } from './held-task.ts';
import type { WorkerHooks, WorkerSettings } from './options.ts';

const TASKS = { first: 'a task failed', more: 'tasks keep failing', over: 'tasks succeed again' };
const CALLS = {
  first: 'a database call failed; retrying',
  more: 'database calls keep failing',
  over: 'database calls succeed again',
};

export class WorkReport {
  readonly counts = { done: 0, failed: 0, lost: 0 };
  readonly #settings: WorkerSettings;
  readonly #failures: FailureLog;
  readonly #trouble: FailureLog;
  readonly #deaths: DeathLog;

  constructor(settings: WorkerSettings) {
    const { logger } = settings;
    this.#settings = settings;
    this.#failures = new FailureLog(logger, systemClock, TASKS);
    this.#trouble = new FailureLog(logger, systemClock, CALLS);
    this.#deaths = new DeathLog(logger, systemClock);
  }

  claimed(tasks: readonly LeasedTask[]): void {
    if (this.#settings.hooks.claimed) for (const task of tasks) this.#tell('claimed', (hooks) => hooks.claimed?.(task));
  }

  /** The handler is about to be called with these tasks. */
  sent(tasks: readonly HeldTask[]): void {
    if (this.#settings.hooks.sent) for (const { task } of tasks) this.#tell('sent', (hooks) => hooks.sent?.(task));
  }

  completed({ task, ms }: HeldTask): void {
    this.counts.done += 1;
    this.worked();
    this.#failures.worked(task.queueName);
    this.#settings.observe?.(task, 'completed');
    this.#tell('settled', (hooks) => hooks.settled?.(task, { result: 'completed', seconds: ms / 1000 }));
  }

  /** @param retrySeconds undefined: the task was dropped */
  failed({ task, ms }: HeldTask, error: unknown, retrySeconds: number | undefined): void {
    this.counts.failed += 1;
    const { queueName: queue, name, retryCount: attempt } = task;
    const seconds = ms / 1000;
    const reason = error instanceof Error ? error.name : 'Error';
    const fields = { task: name, attempt, error, seconds: Math.round(ms) / 1000, retrySeconds };
    this.#failures.failed({ queue, reason }, fields);
    if (retrySeconds === undefined) this.#deaths.died(queue, fields);
    const result = retrySeconds === undefined ? 'dead' : 'retry';
    this.#settings.observe?.(task, result === 'dead' ? 'dead' : 'failed', error);
    this.#tell('settled', (hooks) => hooks.settled?.(task, { result, seconds, error, retrySeconds }));
    this.#tell('failed', (hooks) => hooks.failed?.(task, error, retrySeconds));
    if (result === 'dead') this.#tell('dead', (hooks) => hooks.dead?.(task, error));
  }

  lost({ task }: HeldTask): void {
    this.counts.lost += 1;
    this.#settings.observe?.(task, 'stale');
    this.#settings.logger.warn('a lease was lost', { queue: task.queueName, task: task.name });
    this.#tell('lost', (hooks) => hooks.lost?.(task));
  }

  gaveUp({ task }: HeldTask, error: unknown): void {
    this.#settings.logger.error("could not record the task's outcome; it will be retried when its lease expires", {
      queue: task.queueName,
      task: task.name,
      error,
    });
  }

  /** A database call succeeded. */
  worked(): void {
    this.#trouble.worked(this.#settings.queue);
  }

  /** A database call failed. */
  trouble(error: unknown): void {
    const reason = String((error as { code?: unknown } | undefined)?.code ?? 'Error');
    this.#trouble.failed({ queue: this.#settings.queue, reason }, { error });
    this.#tell('trouble', (hooks) => hooks.trouble?.(error));
  }

  /** Writes what has been counted and not yet written. */
  close(): void {
    this.#failures.close();
    this.#trouble.close();
    this.#deaths.close();
  }

  #tell(hook: keyof WorkerHooks, call: (hooks: WorkerHooks) => unknown): void {
    const { hooks, logger } = this.#settings;
    callHook(hook, () => call(hooks), logger);
  }
}
