// The adapter for Express and Connect: a middleware in front of the task routes, and one for errors after them. Neither
// framework is imported.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { givenLogger } from '../runtime/given-logger.ts';
import type { DeliveredTask } from './delivered-task.ts';
import type { HandlerOptions } from './handler-options.ts';
import { refuse } from './refusal.ts';
import { readBody } from './request-body.ts';
import { failureAnswer, logFailure } from './task-failures.ts';
import { findTask, setTask } from './task-of.ts';
import { Verifier } from './verifier.ts';
import { headersOf } from './verify-task-request.ts';

/** The members of an Express or Connect request that are used. */
export interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
  body?: unknown;
}

type Next = (error?: unknown) => void;

/**
 * Admits only genuine tasks, as `taskOf(req)` and `req.task`. It reads the body itself and leaves it in `req.body` as a
 * Buffer; put it before `express.json()`, or use `express.raw({ type: () => true })`.
 *
 * @throws TypeError if there are neither secrets nor `insecure: true`, or if a secret cannot be read
 * @example
 * ```ts
 * app.use('/tasks', taskQueueExpress({ secrets: process.env.PUSH_SECRET }))
 * app.post('/tasks/welcome', async (req, res) => {
 *   await sendWelcome(taskOf(req).json())
 *   res.end()
 * })
 * app.use(taskFailuresExpress())
 * ```
 */
export function taskQueueExpress(
  options: HandlerOptions,
): (request: ExpressRequest, response: ServerResponse, next: Next) => void {
  const verifier = new Verifier(options);
  const logger = givenLogger(options.logger, 'info');
  return (request, response, next) => {
    const proceed = (task: DeliveredTask) => {
      setTask(request, task);
      Object.assign(request, { task });
      verifier.enter(task, () => next());
    };
    const stop = (error: unknown) => {
      if (error instanceof BodyParsed) return next(error);
      const { status, text } = refuse(error, urlOf(request), logger);
      response.statusCode = status;
      response.setHeader('connection', 'close'); // the body may not have been read
      response.end(text);
    };
    open(verifier, request).then(proceed, stop);
  };
}

/**
 * Answers the errors of task routes; put it after them, and after middleware that reports errors. The response is the
 * error's name and message, with 408 for SingularTaskFailure, the error's own `status` or 500 for any other error, and
 * for PermanentTaskFailure 200 with a header that ends the task as failed. Errors of other routes go to the next error
 * handler.
 */
export function taskFailuresExpress(
  options: Pick<HandlerOptions, 'logger' | 'errorStack'> = {},
): (error: unknown, request: IncomingMessage, response: ServerResponse, next: Next) => void {
  const logger = givenLogger(options.logger, 'info');
  const { errorStack = false } = options;
  return (error, request, response, next) => {
    const task = findTask(request);
    if (task === undefined || response.headersSent) return next(error);
    logFailure(error, task, logger);
    const { status, headers, text } = failureAnswer(error, task, { status: ownStatus(error), errorStack });
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(text);
  };
}

/** The status that an error carries, as those of Express's own middleware do. */
function ownStatus(error: unknown): number | undefined {
  const { status, statusCode = status } = Object(error);
  return Number.isInteger(statusCode) && statusCode >= 400 && statusCode <= 599 ? statusCode : undefined;
}

/** Bytes that were already parsed can no longer be verified. */
class BodyParsed extends Error {
  constructor() {
    super(
      'the body was parsed before taskQueueExpress could verify its bytes: put taskQueueExpress before ' +
        'express.json() and other body parsers, or use express.raw({ type: () => true }) for tasks',
    );
    this.name = 'BodyParsed';
  }
}

async function open(verifier: Verifier, request: ExpressRequest): Promise<DeliveredTask> {
  const head = { method: request.method ?? '', path: urlOf(request), headers: headersOf(request.headers) };
  verifier.checkHead(head);
  return verifier.verify(head, await bodyOf(request, verifier.maxBodyBytes));
}

async function bodyOf(request: ExpressRequest, maxBytes: number): Promise<Uint8Array> {
  if (Buffer.isBuffer(request.body)) return request.body;
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
  if (!hasBody) return new Uint8Array();
  if (request.readableEnded || request.readableDidRead) throw new BodyParsed();
  const body = await readBody(request, maxBytes);
  // `_body` tells other body parsers that the body has been read.
  Object.assign(request, { body, _body: true });
  return body;
}

function urlOf({ originalUrl, url }: ExpressRequest): string {
  return originalUrl ?? url ?? '/';
}
