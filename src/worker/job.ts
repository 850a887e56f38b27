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
  readonly #finishIn: FinishIn;
  /** Made for handlers that ask for a signal: it costs more than a quick handler. */
  #ending: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;
  #onAbort: ((reason: unknown) => void) | undefined;
  #finished = false;

  constructor(tasks: readonly HeldTask[], finishIn: FinishIn) {
    this.tasks = tasks;
    this.#finishIn = finishIn;
    for (const held of tasks) held.onLost = (reason) => this.#onLost(reason);
  }

  /** Tells the handler to stop. Resolves `run` even if it does not listen. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = { reason };
    this.#ending?.abort(reason);
    this.#onAbort?.(reason);
  }

  get #signal(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#aborted) this.#ending.abort(this.#aborted.reason);
    return this.#ending.signal;
  }

  /** Calls the handler; never rejects. */
  async run({ handler, batchHandler }: PullWorkerOptions, deadlineMs: number | undefined): Promise<void> {
    const deadline =
      deadlineMs === undefined ? undefined : setTimeout(() => this.abort(timeout(deadlineMs)), deadlineMs);
    try {
      await this.#unlessAborted(this.#call(handler, batchHandler));
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

  #call(handler: PullWorkerOptions['handler'], batchHandler: PullWorkerOptions['batchHandler']): unknown {
    const signal = () => this.#signal;
    const context = {
      get signal() {
        return signal();
      },
      finish: (options: InTransaction) => this.#finish(options),
      fail: (task: LeasedTask, error: unknown) => void this.#failed.set(task, error),
    };
    const [first] = this.tasks as readonly [HeldTask];
    return handler ? handler(first.task, context) : batchHandler?.(this.#leased(), context);
  }

  /** What the handler's answer comes to; rejects when the job is aborted before. */
  #unlessAborted(answer: unknown): unknown {
    if (typeof (answer as PromiseLike<unknown> | undefined)?.then !== 'function') return answer;
    return new Promise((resolve, reject) => {
      this.#onAbort = reject;
      if (this.#aborted) reject(this.#aborted.reason);
      (answer as PromiseLike<unknown>).then(resolve, reject);
    });
  }

  async #finish(options: InTransaction): Promise<void> {
    // A handler that is deaf to its signal comes too late: what it wrote must not be committed without the task's end.
    if (this.#aborted) throw this.#aborted.reason;
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
