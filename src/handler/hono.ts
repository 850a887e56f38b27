// The adapter for Hono: a middleware in front of the task routes. Hono itself is not imported.

import { givenLogger } from '../runtime/given-logger.ts';
import type { DeliveredTask } from './delivered-task.ts';
import type { HandlerOptions } from './handler-options.ts';
import { refuse } from './refusal.ts';
import { readBody } from './request-body.ts';
import { failureAnswer, statusOfFailure } from './task-failures.ts';
import { Verifier } from './verifier.ts';
import { pathOf } from './verify-task-request.ts';

/** For `new Hono<{ Variables: TaskVariables }>()`: the variable that the middleware sets. */
export interface TaskVariables {
  task: DeliveredTask;
}

/** The members of Hono's Context that are used. */
export interface HonoContext {
  req: { raw: Request; arrayBuffer(): Promise<ArrayBuffer> };
  res: Response;
  error: Error | undefined;
  set(key: 'task', task: DeliveredTask): void;
}

/**
 * Admits only genuine tasks, as `c.get('task')`. The routes behind it respond as usual; if one throws, the response is
 * the error's name and message, with the status that `app.onError` gave it, 408 for SingularTaskFailure, and for
 * PermanentTaskFailure 200 with a header that ends the task as failed. The body can still be read from `c.req`.
 *
 * @throws TypeError if there are neither secrets nor `insecure: true`, or if a secret cannot be read
 * @example
 * ```ts
 * const app = new Hono<{ Variables: TaskVariables }>()
 * app.use('/tasks/*', taskQueueHono({ secrets: process.env.PUSH_SECRET }))
 * app.post('/tasks/welcome', async (c) => c.text(`hello ${c.get('task').json<{ user: string }>().user}`))
 * ```
 */
export function taskQueueHono(
  options: HandlerOptions,
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const verifier = new Verifier(options);
  const logger = givenLogger(options.logger, 'info');
  return async (context, next) => {
    const { url } = context.req.raw;
    let task: DeliveredTask;
    try {
      task = await open(verifier, context);
    } catch (error) {
      const { status, text } = refuse(error, url, logger);
      return new Response(text, { status });
    }
    context.set('task', task);
    await verifier.enter(task, next);
    const { error, res } = context;
    if (error === undefined || (res.ok && statusOfFailure(error) === undefined)) return;
    const { status, headers, text } = failureAnswer(error, task, { ...options, status: res.status });
    if (status === 200) logger.error('task failed for good', { queue: task.queue, task: task.name, error });
    const retryAfter = res.headers.get('retry-after');
    context.res = new Response(text, {
      status,
      headers: { ...headers, ...(retryAfter === null ? {} : { 'retry-after': retryAfter }) },
    });
    return;
  };
}

async function open(verifier: Verifier, { req }: HonoContext): Promise<DeliveredTask> {
  const { method, url, headers } = req.raw;
  const head = { method, path: pathOf(url), headers };
  verifier.checkHead(head);
  // If there is a content-length, the server reads no more than that, and Hono keeps the body for the routes.
  if (headers.has('content-length')) return verifier.verify(head, new Uint8Array(await req.arrayBuffer()));
  const stream = req.raw.body as AsyncIterable<Uint8Array> | null;
  const body = await readBody(stream, verifier.maxBodyBytes);
  if (stream !== null) req.raw = again(req.raw, body);
  return verifier.verify(head, body);
}

/** The same request, with a body that can be read again. */
function again({ url, method, headers, signal }: Request, body: Uint8Array): Request {
  return new Request(url, { method, headers, signal, body: body.byteLength > 0 ? Uint8Array.from(body) : null });
}
