// Deferred functions: registered by name, called later by a task.

import { randomUUID } from 'node:crypto';
import { addOverflowing, statementsOf } from '../client/queue-handle.ts';
import type { Task } from '../client/task.ts';
import type { TaskQueues } from '../client/task-queues.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import { MAX_PUSH_TASK_BYTES } from '../domain/limits.ts';
import { namespaceManager } from '../domain/namespace-manager.ts';
import type { DeliveredTask } from '../handler/delivered-task.ts';
import type { VerifyOptions } from '../handler/handler-options.ts';
import { taskHandler } from '../handler/task-handler.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger, LogLevel } from '../runtime/logger.ts';
import { type AnyFunction, CheckedFunction, type RegisterOptions } from './checked-function.ts';
import { bytesBesideBody, checkDeferOptions, type DeferOptions, deferredTask } from './defer-options.ts';
import { Execution } from './execution.ts';
import { writeCall, writeOverflow } from './wire.ts';

/** A registered function: a plain call runs it here and now; `defer` runs it in a task. */
export interface DeferredFunction<Call extends AnyFunction> {
  (...args: Parameters<Call>): ReturnType<Call>;
  /** See Deferred.defer. */
  defer(args: Parameters<Call>, options?: DeferOptions): Promise<Task>;
}

export interface DeferredOptions {
  /** Receives each call and errors. Default: JSON lines on standard error. */
  logger?: Logger;
  /** The level at which each call is logged, with its task headers. Default `info`. */
  logLevel?: LogLevel;
  /** As for handlers: true shows dispatchers the stacks of errors. Default false. */
  errorStack?: boolean;
}

/**
 * The deferred functions of an application.
 *
 * @example
 * ```ts
 * const deferred = new Deferred(queues)
 * const sendMail = deferred.register('sendMail', async (to: string, copies: number) => { … })
 * await sendMail.defer(['a@b', 3], { queue: 'mail', countdown: 60 })
 * const handler = deferred.handler({ secrets: 'env:PUSH_SECRET' })
 * app.post('/_ah/queue/deferred', (c) => handler(c.req.raw))
 * ```
 */
export class Deferred {
  readonly #queues: TaskQueues;
  readonly #functions = new Map<string, CheckedFunction>();
  readonly #logger: Logger;
  readonly #logLevel: LogLevel;
  readonly #errorStack: boolean | undefined;

  constructor(queues: TaskQueues, options: DeferredOptions = {}) {
    requireKnownKeys(options, ['logger', 'logLevel', 'errorStack'], 'the options of Deferred');
    this.#queues = queues;
    this.#logger = givenLogger(options.logger, 'info');
    this.#logLevel = options.logLevel ?? 'info';
    this.#errorStack = options.errorStack;
  }

  /**
   * Registers a function under the name that its tasks call. Register it in every process that handles tasks before any
   * process defers it: a task whose function is unknown is not retried.
   *
   * @throws TypeError if it is not a function, or if the name is empty or taken
   * @example `const send = deferred.register('send', sendMail, { args: z.tuple([z.email(), z.int()]) })`
   */
  register<Call extends AnyFunction>(
    name: string,
    call: Call,
    options?: RegisterOptions<Call>,
  ): DeferredFunction<Call> {
    const registered = new CheckedFunction(name, call, options);
    if (this.#functions.has(name)) throw new TypeError(`deferred function ${name} is already registered`);
    this.#functions.set(name, registered);
    const direct = (...args: Parameters<Call>) => call(...args) as ReturnType<Call>;
    const defer = (args: Parameters<Call>, options?: DeferOptions) => this.defer(name, args, options);
    return Object.assign(direct, { defer });
  }

  /**
   * Adds the task that will call the function with these arguments, immediately or as part of a transaction. A call
   * that is too large for a task is stored beside it, up to 16 MB.
   *
   * @throws TypeError for a function that is not registered, an argument that cannot be serialized or an unknown
   * option; InvalidTaskError for arguments that do not fit the function's schema; also the errors of QueueHandle.add
   */
  async defer(name: string, args: readonly unknown[], options: DeferOptions = {}): Promise<Task> {
    const registered = this.#functions.get(name);
    if (!registered)
      throw new TypeError(`deferred function ${JSON.stringify(name)} is not registered: call register first`);
    checkDeferOptions(options);
    const { transaction, wake } = options;
    const checking = registered.check(args, transaction !== undefined);
    if (checking) await checking;
    const call = writeCall(name, args);
    const task = deferredTask(options);
    const queue = this.#queues.queue(options.queue);
    const how = { transaction, wake };
    const beside = bytesBesideBody({ ...task, namespace: task.namespace ?? namespaceManager.get() });
    // No await before the statement is sent: a COMMIT sent after this call must come after it.
    if (call.byteLength + beside <= MAX_PUSH_TASK_BYTES) return queue.add({ ...task, payload: call }, how);
    const id = randomUUID();
    return addOverflowing(queue, { ...task, payload: writeOverflow(name, id) }, { id, data: call }, how);
  }

  /**
   * The handler of all deferred tasks, to be mounted at `/_ah/queue/deferred`: a function from Request to Response,
   * which Hono, Next and others accept unchanged.
   *
   * The response is 200 if the function returned; 500, or 408 for SingularTaskFailure, to be retried; 200 for
   * PermanentTaskFailure or a function that can never be called and 203 for an error after doNotRetry(), both with a
   * header that ends the task as failed; 403 for a request that is not a dispatcher's; 405 for a method other than
   * POST. A dispatcher is told the error's name and message.
   *
   * @throws TypeError if there are neither secrets nor `insecure: true`, or if a secret cannot be read
   */
  handler(options: VerifyOptions): (request: Request) => Promise<Response> {
    const handle = taskHandler((task) => this.run(task), {
      ...options,
      logger: this.#logger,
      errorStack: this.#errorStack,
    });
    return async (request) => {
      if (request.method === 'POST') return handle(request);
      return new Response(null, { status: 405, headers: { allow: 'POST' } });
    };
  }

  /**
   * Makes the call of a task that another adapter has verified, and returns the response.
   */
  async run(task: DeliveredTask): Promise<Response> {
    const execution = new Execution({
      task,
      functions: this.#functions,
      executor: statementsOf(this.#queues.queue()),
      logger: this.#logger,
      errorStack: this.#errorStack,
    });
    this.#logger[this.#logLevel]('deferred task', { task: task.name, headers: taskHeaders(task) });
    return execution.run();
  }
}

function taskHeaders({ headers }: DeliveredTask): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-appengine-')));
}
