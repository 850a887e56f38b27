// The adapter for Fastify: a plugin for the scope that has the task routes. Fastify itself is not imported.

import type { IncomingMessage } from 'node:http';
import { givenLogger } from '../runtime/given-logger.ts';
import type { HandlerOptions } from './handler-options.ts';
import { refuse } from './refusal.ts';
import { failureAnswer } from './task-failures.ts';
import { findTask, setTask } from './task-of.ts';
import { Verifier } from './verifier.ts';
import { headersOf } from './verify-task-request.ts';

/** The members of a Fastify instance that are used. */
export interface FastifyScope {
  // biome-ignore lint/suspicious/noExplicitAny: no structural type matches Fastify's overloads
  [method: string]: any;
}

interface FastifyRequest {
  raw: IncomingMessage;
  body: unknown;
  task?: unknown;
}

interface FastifyReply {
  readonly statusCode: number;
  headers(headers: Record<string, string>): FastifyReply;
  code(status: number): FastifyReply;
  removeHeader(name: string): FastifyReply;
  send(payload: string): unknown;
}

/**
 * Admits only genuine tasks, as `taskOf(request)` and `request.task`, in the scope that it is registered in. In that
 * scope, bodies are bytes, whatever their content type. If a route throws, the response is the error's name and
 * message, with the status that Fastify gives it, 408 for SingularTaskFailure, and for PermanentTaskFailure 200 with a
 * header that ends the task as failed.
 *
 * Registering fails with a TypeError if there are neither secrets nor `insecure: true`, or if a secret cannot be read.
 *
 * @example
 * ```ts
 * app.register(async (tasks) => {
 *   await tasks.register(taskQueueFastify, { secrets: process.env.PUSH_SECRET })
 *   tasks.post('/tasks/welcome', async (request) => sendWelcome(taskOf(request).json()))
 * })
 * ```
 */
export async function taskQueueFastify(scope: FastifyScope, options: HandlerOptions): Promise<void> {
  const { prefix: _, ...given } = options as HandlerOptions & { prefix?: string };
  const verifier = new Verifier(given);
  const logger = givenLogger(options.logger, 'info');
  const failures = new WeakMap<object, unknown>();

  scope.decorateRequest('task', null);
  scope.removeAllContentTypeParsers();
  const whole = (_: FastifyRequest, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body);
  scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: verifier.maxBodyBytes }, whole);

  // Hooks with a callback, so that the rest of the request runs within the call, in the task's namespace.
  scope.addHook('preValidation', (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const { method = '', url = '/', headers } = request.raw;
    try {
      const body = Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
      const task = verifier.verify({ method, path: url, headers: headersOf(headers) }, body);
      setTask(request, task);
      request.task = task;
      verifier.enter(task, done);
    } catch (error) {
      const { status, text } = refuse(error, url, logger);
      reply.code(status).send(text);
    }
  });
  scope.addHook('onError', (request: FastifyRequest, _: FastifyReply, error: unknown, done: () => void) => {
    failures.set(request, error);
    done();
  });
  scope.addHook(
    'onSend',
    (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: (error: null, payload: unknown) => void) => {
      const task = findTask(request);
      if (task === undefined || !failures.has(request)) return done(null, payload);
      const error = failures.get(request);
      const { status, headers, text } = failureAnswer(error, task, { ...options, status: reply.statusCode });
      if (status === 200) logger.error('task failed for good', { queue: task.queue, task: task.name, error });
      reply.code(status).removeHeader('content-length').removeHeader('content-type').headers(headers);
      done(null, text);
    },
  );
}

// Registers in the surrounding scope instead of a new one.
Object.assign(taskQueueFastify, { [Symbol.for('skip-override')]: true });
