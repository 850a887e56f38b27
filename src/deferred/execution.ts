// One call of a deferred function: reads it, makes it and determines the response.

import type { DeliveredTask } from '../handler/delivered-task.ts';
import {
  type FailureAnswer,
  failureAnswer,
  PermanentTaskFailure,
  SingularTaskFailure,
} from '../handler/task-failures.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { deferredPayload, deleteDeferred } from '../store/deferred.ts';
import type { CheckedFunction } from './checked-function.ts';
import { DeferredContext, withContext } from './deferred-context.ts';
import { type Carried, readCarried } from './wire.ts';

interface ExecutionParts {
  task: DeliveredTask;
  functions: ReadonlyMap<string, CheckedFunction>;
  /** Where calls that are too large for a task are stored. */
  executor: Executor;
  logger: Logger;
  errorStack: boolean | undefined;
}

export class Execution {
  readonly #parts: ExecutionParts;
  readonly #context: DeferredContext;
  #overflow: string | undefined;

  constructor(parts: ExecutionParts) {
    this.#parts = parts;
    this.#context = new DeferredContext(parts.task);
  }

  async run(): Promise<Response> {
    try {
      const answer = await this.#attempt();
      if (answer.ok) await this.#forget(); // a failed task may be retried or requeued
      return answer;
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #attempt(): Promise<Response> {
    const { fn, args } = await this.#call();
    const registered = this.#parts.functions.get(fn);
    if (!registered) throw new PermanentTaskFailure(`no deferred function ${JSON.stringify(fn)} is registered here`);
    const accepted = await registered.accept(args);
    await withContext(this.#context, () => registered.call(...accepted));
    if (this.#context.mustRetry)
      return new Response(this.#parts.task.genuine ? 'markForRetry() was called' : null, { status: 500 });
    return new Response('Success', { headers: { 'content-type': 'text/plain' } });
  }

  async #call(): Promise<{ fn: string; args: unknown[] }> {
    let carried = read(this.#parts.task.body);
    if ('overflow' in carried) {
      this.#overflow = carried.overflow;
      const kept = await deferredPayload(this.#parts.executor, carried.overflow);
      if (kept === null) throw new PermanentTaskFailure('the stored arguments of the call no longer exist');
      carried = read(kept);
    }
    if ('overflow' in carried) throw new PermanentTaskFailure('a stored call must not refer to another one');
    return carried;
  }

  #failed(error: unknown): Response {
    const { task, logger, errorStack } = this.#parts;
    const fields = { queue: task.queue, task: task.name, error };
    if (error instanceof PermanentTaskFailure) {
      logger.error('deferred task failed for good', fields);
    } else if (!this.#context.mayRetry) {
      logger.error('deferred task failed and will not be retried', fields);
      return responseOf(failureAnswer(error, task, { errorStack, permanent: true }), 203);
    } else if (error instanceof SingularTaskFailure) {
      logger.debug('deferred task will be retried', fields);
    } else {
      logger.error('deferred task failed', fields);
    }
    return responseOf(failureAnswer(error, task, { errorStack }));
  }

  /**
   * The function has already been called: failing to delete its arguments is no reason to call it again. They are swept
   * later.
   */
  async #forget(): Promise<void> {
    if (this.#overflow === undefined) return;
    const { executor, logger, task } = this.#parts;
    await deleteDeferred(executor, this.#overflow).catch((error) =>
      logger.warn('could not delete the arguments of a deferred call; they will be swept', {
        queue: task.queue,
        task: task.name,
        error,
      }),
    );
  }
}

function responseOf({ text, headers, status }: FailureAnswer, otherStatus = status): Response {
  return new Response(text, { status: otherStatus, headers });
}

function read(body: Uint8Array): Carried {
  try {
    return readCarried(body);
  } catch (error) {
    throw new PermanentTaskFailure(`could not read the call: ${(error as Error).message}`, { cause: error });
  }
}
