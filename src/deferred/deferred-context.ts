// The context of a deferred function: its task, and whether that is retried.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { DeliveredTask } from '../handler/delivered-task.ts';

const current = new AsyncLocalStorage<DeferredContext>();

/** The task behind the current call. */
export class DeferredContext {
  readonly task: DeliveredTask;
  #mayRetry = true;
  #mustRetry = false;

  constructor(task: DeliveredTask) {
    this.task = task;
  }

  /** Aborts at the task's deadline. */
  get signal(): AbortSignal {
    return this.task.signal;
  }

  /** From now on an error ends the task as failed: it is answered with 203 and not retried. */
  doNotRetry(): void {
    this.#mayRetry = false;
  }

  /** The task is answered with 500 and retried, even if the function returns. */
  markForRetry(): void {
    this.#mustRetry = true;
  }

  get mayRetry(): boolean {
    return this.#mayRetry;
  }

  get mustRetry(): boolean {
    return this.#mustRetry;
  }
}

/** Runs a call with its context. */
export function withContext<Result>(context: DeferredContext, run: () => Result): Result {
  return current.run(context, run);
}

/**
 * The context of the deferred function that this code runs in.
 *
 * @throws Error outside of a deferred call, such as when the function was called directly
 * @example `if (isLastDay) deferredContext().doNotRetry()`
 */
export function deferredContext(): DeferredContext {
  const context = current.getStore();
  if (context) return context;
  throw new Error('deferredContext() must be called within a deferred function that a task runs');
}
