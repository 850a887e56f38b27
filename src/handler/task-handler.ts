// The fetch-style door: a function that runs a task from its Request and answers for it. Next's route handlers, Bun, Deno and Hono take it as it is.

import { jsonLogger, type Logger } from '../runtime/logger.ts';
import type { DeliveredTask } from './delivered-task.ts';
import type { HandlerOptions } from './handler-options.ts';
import { refuse } from './refusal.ts';
import { statusOfFailure } from './task-failures.ts';
import { Verifier } from './verifier.ts';
import { openRequest } from './verify-task-request.ts';

/** What a handler gets beside its task. */
export interface TaskContext {
  /** Aborts at the deadline. */
  signal: AbortSignal;
  /** The request as it came; its body was read. */
  request: Request;
}

/** Does a task. What it returns is the answer if it is a Response; anything else means done. */
export type TaskHandler = (task: DeliveredTask, context: TaskContext) => unknown;

/**
 * Verifies the request of a task and runs it: 200 when the handler returns or throws PermanentTaskFailure, 408 for SingularTaskFailure, 500 for
 * anything else, each but the first so that the task is tried again; 403 for a request that is not a dispatcher's.
 *
 * @throws TypeError when there are neither secrets nor `insecure: true`, or a secret can't be read
 * @example
 * ```ts
 * // app/tasks/welcome/route.ts
 * export const POST = taskHandler(async (task, { signal }) => {
 *   await sendWelcome(task.json<{ user: number }>().user, { signal, idempotencyKey: task.idempotencyKey })
 * }, { secrets: process.env.PUSH_SECRET })
 * ```
 */
export function taskHandler(handler: TaskHandler, options: HandlerOptions): (request: Request) => Promise<Response> {
  const verifier = new Verifier(options);
  const logger = options.logger ?? jsonLogger();
  return async (request) => {
    let task: DeliveredTask;
    try {
      task = await openRequest(verifier, request);
    } catch (error) {
      const { status, text } = refuse(error, request.url, logger);
      return new Response(text, { status });
    }
    return run(task, () => verifier.enter(task, () => handler(task, contextOf(task, request))), logger);
  };
}

async function run(task: DeliveredTask, handle: () => unknown, logger: Logger): Promise<Response> {
  try {
    const answer = await handle();
    return isResponse(answer) ? answer : new Response(null, { status: 200 });
  } catch (error) {
    const status = statusOfFailure(error) ?? 500;
    if (status === 200) logger.error('task failed for good', { queue: task.queue, task: task.name, error });
    if (status === 500) logger.error('task failed', { queue: task.queue, task: task.name, error });
    return new Response(null, { status });
  }
}

function contextOf(task: DeliveredTask, request: Request): TaskContext {
  return {
    get signal() {
      return task.signal;
    },
    request,
  };
}

// Some runtimes replace the class.
function isResponse(answer: unknown): answer is Response {
  return answer instanceof Response || Object.prototype.toString.call(answer) === '[object Response]';
}
