// One call of the application's handler, with a task or a batch of them. It records which tasks failed; the caller
// settles them.
//
// A handler may take less time than the call around it. So objects that few handlers use are created only on access,
// and a handler that returns synchronously is not awaited.

import type { InTransaction } from '../client/queue-handle.ts';
import type { LeasedTask } from '../client/task.ts';
import { TaskLeaseExpiredError } from '../domain/errors.ts';
import type { HeldTask, Work } from './held-task.ts';
import type { BatchContext, LeasedTaskContext, PullWorkerOptions, WorkerSettings } from './options.ts';

/** Deletes leased tasks within a transaction; returns for each whether this worker still held its lease. */
export type FinishIn = (tasks: LeasedTask[], options: InTransaction) => Promise<{ deleted: boolean }[]>;

export class HandlerCall implements Work {
  readonly tasks: readonly HeldTask[];
  readonly #finishIn: FinishIn;
  #ending: AbortController | undefined;
  #aborted: { reason: unknown } | undefined;
  #onAbort: ((reason: unknown) => void) | undefined;
  #finished = false;

  constructor(tasks: readonly HeldTask[], finishIn: FinishIn) {
    this.tasks = tasks;
    this.#finishIn = finishIn;
    for (const held of tasks) held.work = this;
  }

  /** True if the handler finished those of its tasks that did not fail, in a transaction of its own. */
  get finished(): boolean {
    return this.#finished;
  }

  get signal(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#aborted) this.#ending.abort(this.#aborted.reason);
    return this.#ending.signal;
  }

  /** Asks the handler to stop, and ends `run` even if the handler ignores it. */
  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = { reason };
    this.#ending?.abort(reason);
    this.#onAbort?.(reason);
  }

  lost(reason: unknown): void {
    if (this.tasks.every(({ state }) => state === 'lost')) this.abort(reason);
  }

  /**
   * Calls the handler and records which tasks failed. Returns a promise if the handler has not finished yet; it never
   * rejects.
   */
  run(
    options: PullWorkerOptions,
    { deadlineMs, clock }: Pick<WorkerSettings, 'deadlineMs' | 'clock'>,
  ): Promise<void> | undefined {
    const cancel =
      deadlineMs === undefined ? undefined : clock.alarm(deadlineMs, () => this.abort(timeout(deadlineMs)));
    try {
      const answer = this.#call(options);
      if (isPromise(answer)) return this.#unlessAborted(answer).finally(() => cancel?.());
    } catch (error) {
      this.#failAll(error);
    }
    cancel?.();
    return undefined;
  }

  fail(task: LeasedTask, error: unknown): void {
    const held = this.tasks.find((each) => each.task === task);
    if (held) held.failure = { error };
  }

  async finish(options: InTransaction): Promise<void> {
    // A handler that ignored its abort signal is too late: its writes must not be committed unless the task is finished
    // with them.
    if (this.#aborted) throw this.#aborted.reason;
    const tasks = this.tasks.filter(({ failure }) => failure === undefined).map(({ task }) => task);
    const answers = await this.#finishIn(tasks, options);
    const lost = tasks.filter((_, index) => !answers[index]?.deleted);
    if (lost.length > 0) {
      throw new TaskLeaseExpiredError(`lost the lease on ${lost.map(({ name }) => name).join(', ')}`, {
        hint: 'Another worker may have the task: roll back.',
      });
    }
    this.#finished = true;
  }

  #call({ handler, batchHandler }: PullWorkerOptions): unknown {
    const context = new Context(this);
    if (handler) return handler((this.tasks[0] as HeldTask).task, context);
    return batchHandler(
      this.tasks.map(({ task }) => task),
      context,
    );
  }

  #unlessAborted(answer: PromiseLike<unknown>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      this.#onAbort = reject;
      if (this.#aborted) reject(this.#aborted.reason);
      answer.then(() => resolve(), reject);
    }).catch((error) => this.#failAll(error));
  }

  #failAll(error: unknown): void {
    this.#finished = false; // assumes a rollback; a task that is gone is found to be lost
    for (const held of this.tasks) held.failure ??= { error };
  }
}

/** A handler's view of its call. Its methods can be destructured. */
class Context implements LeasedTaskContext, BatchContext {
  readonly #call: HandlerCall;

  constructor(call: HandlerCall) {
    this.#call = call;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get finish() {
    return (options: InTransaction) => this.#call.finish(options);
  }

  get fail() {
    return (task: LeasedTask, error: unknown) => this.#call.fail(task, error);
  }
}

function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function';
}

function timeout(ms: number): DOMException {
  return new DOMException(`the handler timed out after ${ms / 1000} s`, 'TimeoutError');
}
