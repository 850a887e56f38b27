// One call of a deferred function: reading it, making it, and what to answer.

import type { DeliveredTask } from '../handler/delivered-task.ts';
import { PermanentTaskFailure, SingularTaskFailure } from '../handler/task-failures.ts';
import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { deferredPayload, deleteDeferred } from '../store/deferred.ts';
import { DeferredContext, withContext } from './deferred-context.ts';
import { type Carried, readCarried } from './wire.ts';

interface ExecutionParts {
  task: DeliveredTask;
  functions: ReadonlyMap<string, (...args: unknown[]) => unknown>;
  /** Where calls are kept that were too large. */
  executor: Executor;
  logger: Logger;
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
    const answer = await this.#attempt().catch((error: unknown) => this.#failed(error));
    if (answer.status < 300) await this.#forget();
    return answer;
  }

  async #attempt(): Promise<Response> {
    const { fn, args } = await this.#call();
    const call = this.#parts.functions.get(fn);
    if (!call) throw new PermanentTaskFailure(`no deferred function ${JSON.stringify(fn)} is registered here`);
    await withContext(this.#context, () => call(...args));
    if (this.#context.mustRetry) return new Response(null, { status: 500 });
    return new Response('Success', { headers: { 'content-type': 'text/plain' } });
  }

  async #call(): Promise<{ fn: string; args: unknown[] }> {
    let carried = read(this.#parts.task.body);
    if ('overflow' in carried) {
      this.#overflow = carried.overflow;
      const kept = await deferredPayload(this.#parts.executor, carried.overflow);
      if (kept === null) throw new PermanentTaskFailure('what the function is called with is not kept any more');
      carried = read(kept);
    }
    if ('overflow' in carried) throw new PermanentTaskFailure('a kept call refers to another');
    return carried;
  }

  #failed(error: unknown): Response {
    const { task, logger } = this.#parts;
    const fields = { queue: task.queue, task: task.name, error };
    if (error instanceof PermanentTaskFailure) {
      logger.error('deferred task failed for good', fields);
      return new Response(null, { status: 200 });
    }
    if (!this.#context.mayRetry) {
      logger.error('deferred task failed, and is not to be tried again', fields);
      return new Response(null, { status: 203 });
    }
    if (error instanceof SingularTaskFailure) {
      logger.debug('deferred task is to be tried again', fields);
      return new Response(null, { status: 408 });
    }
    logger.error('deferred task failed', fields);
    return new Response(null, { status: 500 });
  }

  /** The function has been called by now: that its arguments could not be deleted is no reason to call it again. They are swept. */
  async #forget(): Promise<void> {
    if (this.#overflow === undefined) return;
    const { executor, logger, task } = this.#parts;
    await deleteDeferred(executor, this.#overflow).catch((error) =>
      logger.warn('a deferred call is kept until it is swept', { queue: task.queue, task: task.name, error }),
    );
  }
}

function read(body: Uint8Array): Carried {
  try {
    return readCarried(body);
  } catch (error) {
    throw new PermanentTaskFailure(`the call can't be read: ${(error as Error).message}`, { cause: error });
  }
}
