// The fetch-style adapter: a function from a task's Request to a Response. Next's route handlers, Bun, Deno and Hono
// accept it unchanged.

import { givenLogger } from '../runtime/given-logger.ts';
import type { DeliveredTask } from './delivered-task.ts';
import type { HandlerOptions } from './handler-options.ts';
import { refuse } from './refusal.ts';
import { failureAnswer, logFailure } from './task-failures.ts';
import { Verifier } from './verifier.ts';
import { openRequest } from './verify-task-request.ts';

/** The second argument of a handler. */
export interface TaskContext {
  /** Aborts at the deadline. */
  signal: AbortSignal;
  /** The original request; its body has been read. */
  request: Request;
}

/** Handles a task. If it returns a Response, that is the response; any other result means success. */
export type TaskHandler = (task: DeliveredTask, context: TaskContext) => unknown;

/**
 * Verifies the request of a task and runs it. The response is 200 if the handler returns; 408 for
 * SingularTaskFailure and 500 for any other error, both of which make the dispatcher retry; 200 with a header that ends
 * the task as failed for PermanentTaskFailure; and 403 for a request that is not a dispatcher's. A dispatcher is told
 * the error's name and message, which `tasks attempts` shows.
 *
 * @throws TypeError if there are neither secrets nor `insecure: true`, or if a secret cannot be read
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
  const logger = givenLogger(options.logger, 'info');
  return async (request) => {
    let task: DeliveredTask;
    try {
      task = await openRequest(verifier, request);
    } catch (error) {
      const { status, text } = refuse(error, request.url, logger);
      return new Response(text, { status });
    }
    try {
      const answer = await verifier.enter(task, () => handler(task, contextOf(task, request)));
      return isResponse(answer) ? answer : new Response(null, { status: 200 });
    } catch (error) {
      logFailure(error, task, logger);
      const { text, ...init } = failureAnswer(error, task, options);
      return new Response(text, init);
    }
  };
}

function contextOf(task: DeliveredTask, request: Request): TaskContext {
  return {
    get signal() {
      return task.signal;
    },
    request,
  };
}

// Some runtimes replace the Response class.
function isResponse(answer: unknown): answer is Response {
  return answer instanceof Response || Object.prototype.toString.call(answer) === '[object Response]';
}
