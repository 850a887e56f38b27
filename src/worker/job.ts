// One call of the application's handler: a task, or a batch of them. Says what became of each; settling is someone else's.

import type { InTransaction } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import { TaskLeaseExpiredError } from '../domain/errors.ts';
import type { HeldTask } from './held-task.ts';
import type { PullWorkerOptions } from './options.ts';

/** What the handler made of a task. */
export type Outcome = { kind: 'done' } | { kind: 'finished' } | { kind: 'failed'; error: unknown };

/** Deletes leased tasks within a transaction; answers whether each was still ours. */
export type FinishIn = (tasks: LeasedTask[], options: InTransaction) => Promise<{ deleted: boolean }[]>;

export class Job {
  readonly tasks: readonly HeldTask[];
  readonly #failed = new Map<LeasedTask, unknown>();
  readonly #ending = new AbortController();
  readonly #finishIn: FinishIn;
  #finished = false;

  constructor(tasks: readonly HeldTask[], finishIn: FinishIn) {
    this.tasks = tasks;
    this.#finishIn = finishIn;
    for (const { signal } of tasks) signal.addEventListener('abort', () => this.#onLost(signal.reason), { once: true });
  }

  /** Tells the handler to stop. Resolves `run` even if it does not listen. */
  abort(reason: unknown): void {
    this.#ending.abort(reason);
  }

  /** Calls the handler; never rejects. */
  async run({ handler, batchHandler }: PullWorkerOptions, deadlineMs: number | undefined): Promise<void> {
    const { signal } = this.#ending;
    const aborted = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => aborted.reject(signal.reason), { once: true });
    const deadline =
      deadlineMs === undefined ? undefined : setTimeout(() => this.abort(timeout(deadlineMs)), deadlineMs);
    const finish = (options: InTransaction) => this.#finish(options);
    const call = async () => {
      const [first] = this.tasks as readonly [HeldTask];
      if (handler) return handler(first.task, { signal, finish });
      const fail = (task: LeasedTask, error: unknown) => void this.#failed.set(task, error);
      return batchHandler?.(this.#leased(), { signal, finish, fail });
    };
    try {
      await Promise.race([call(), aborted.promise]);
    } catch (error) {
      this.#finished = false; // the transaction is taken to be rolled back; a task that is gone is found to be lost
      for (const { task } of this.tasks) if (!this.#failed.has(task)) this.#failed.set(task, error);
    } finally {
      clearTimeout(deadline);
    }
  }

  /** What became of a task, once `run` has ended. */
  outcomeOf({ task }: HeldTask): Outcome {
    if (this.#failed.has(task)) return { kind: 'failed', error: this.#failed.get(task) };
    return { kind: this.#finished ? 'finished' : 'done' };
  }

  async #finish(options: InTransaction): Promise<void> {
    // A handler that is deaf to its signal comes too late: what it wrote must not be committed without the task's end.
    if (this.#ending.signal.aborted) throw this.#ending.signal.reason;
    const tasks = this.#leased().filter((task) => !this.#failed.has(task));
    const answers = await this.#finishIn(tasks, options);
    const lost = tasks.filter((_, index) => !answers[index]?.deleted);
    if (lost.length > 0) {
      throw new TaskLeaseExpiredError(`the lease on ${lost.map(({ name }) => name).join(', ')} is lost`, {
        hint: 'Another worker may have the task: roll back.',
      });
    }
    this.#finished = true;
  }

  #leased(): LeasedTask[] {
    return this.tasks.map(({ task }) => task);
  }

  #onLost(reason: unknown): void {
    if (this.tasks.every(({ state }) => state === 'lost')) this.abort(reason);
  }
}

function timeout(ms: number): DOMException {
  return new DOMException(`the deadline of ${ms / 1000} s has passed`, 'TimeoutError');
}
