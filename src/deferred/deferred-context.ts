// What a deferred function can learn and say about the task that calls it.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { DeliveredTask } from '../handler/delivered-task.ts';

const current = new AsyncLocalStorage<DeferredContext>();

/** The task behind the call under way. */
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

  /** From now on an exception ends the task: it is answered with 203 and not tried again. */
  doNotRetry(): void {
    this.#mayRetry = false;
  }

  /** The task is answered with 500 and tried again, although the function returns. */
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
 * @throws Error where no task is behind it: the function was called directly
 * @example `if (isLastDay) deferredContext().doNotRetry()`
 */
export function deferredContext(): DeferredContext {
  const context = current.getStore();
  if (context) return context;
  throw new Error('no task is behind this call: deferredContext() is for functions that were deferred');
}
