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
import { jsonLogger, type Logger, type LogLevel } from '../runtime/logger.ts';
import { bytesBesideBody, checkDeferOptions, type DeferOptions, deferredTask } from './defer-options.ts';
import { Execution } from './execution.ts';
import { writeCall, writeOverflow } from './wire.ts';

/** Whatever can be registered. */
// biome-ignore lint/suspicious/noExplicitAny: a list of unknown arguments takes no function that says what it wants
export type AnyFunction = (...args: any[]) => unknown;

/** A registered function: called as ever, it runs here and now; deferred, in a task. */
export interface DeferredFunction<Call extends AnyFunction> {
  (...args: Parameters<Call>): ReturnType<Call>;
  /** See Deferred.defer. */
  defer(args: Parameters<Call>, options?: DeferOptions): Promise<Task>;
}

export interface DeferredOptions {
  /** Told of each call and of errors. Default: JSON lines on standard error. */
  logger?: Logger;
  /** With which level the line of each call is logged, its task headers among it. Default `info`. */
  logLevel?: LogLevel;
}

/**
 * The deferred functions of an application.
 *
 * @example
 * ```ts
 * const deferred = new Deferred(queues)
 * const sendMail = deferred.register('sendMail', async (to: string, copies: number) => { … })
 * await sendMail.defer(['a@b', 3], { queue: 'mail', countdown: 60 })
 * app.post('/_ah/queue/deferred', (c) => handler(c.req.raw)) // where const handler = deferred.handler({ secrets: 'env:PUSH_SECRET' })
 * ```
 */
export class Deferred {
  readonly #queues: TaskQueues;
  readonly #functions = new Map<string, AnyFunction>();
  readonly #logger: Logger;
  readonly #logLevel: LogLevel;

  constructor(queues: TaskQueues, options: DeferredOptions = {}) {
    requireKnownKeys(options, ['logger', 'logLevel'], 'the options of Deferred');
    this.#queues = queues;
    this.#logger = options.logger ?? jsonLogger();
    this.#logLevel = options.logLevel ?? 'info';
  }

  /**
   * Gives a function the name that its tasks call it by. Register it wherever tasks are handled, before those who defer it are started: a task whose
   * function is not known is given up.
   *
   * @throws TypeError when it is no function, or the name is empty or taken
   */
  register<Call extends AnyFunction>(name: string, call: Call): DeferredFunction<Call> {
    if (typeof name !== 'string' || name === '') throw new TypeError('a deferred function needs a name');
    if (typeof call !== 'function') throw new TypeError(`${name} is not a function`);
    if (this.#functions.has(name)) throw new TypeError(`there is a deferred function ${name} already`);
    this.#functions.set(name, call);
    const direct = (...args: Parameters<Call>) => call(...args) as ReturnType<Call>;
    const defer = (args: Parameters<Call>, options?: DeferOptions) => this.defer(name, args, options);
    return Object.assign(direct, { defer });
  }

  /**
   * Adds the task that will call the function with these arguments; at once, or as part of a transaction. What is too large for a task is kept beside
   * it, to 16 MB.
   *
   * @throws TypeError for a function that is not registered, an argument that can't be written, a misspelt option; what QueueHandle.add throws
   */
  async defer(name: string, args: readonly unknown[], options: DeferOptions = {}): Promise<Task> {
    if (!this.#functions.has(name)) throw new TypeError(`there is no deferred function ${JSON.stringify(name)}`);
    checkDeferOptions(options);
    const { transaction, wake } = options;
    const call = writeCall(name, args);
    const task = deferredTask(options);
    const queue = this.#queues.queue(options.queue);
    const how = { transaction, wake };
    const beside = bytesBesideBody({ ...task, namespace: task.namespace ?? namespaceManager.get() });
    // No await before the statement is handed over: a COMMIT that is sent after this call must come after it.
    if (call.byteLength + beside <= MAX_PUSH_TASK_BYTES) return queue.add({ ...task, payload: call }, how);
    const id = randomUUID();
    return addOverflowing(queue, { ...task, payload: writeOverflow(name, id) }, { id, data: call }, how);
  }

  /**
   * The handler of all deferred tasks, to be put at `/_ah/queue/deferred`: a function from Request to Response, which Hono, Next and others take as it is.
   *
   * 200 when the function returned, or can never be called; 500 and 408 (SingularTaskFailure) to be tried again; 203 for an exception after doNotRetry();
   * 403 for a request that is not a dispatcher's; 405 for another method than POST.
   *
   * @throws TypeError when there are neither secrets nor `insecure: true`, or a secret can't be read
   */
  handler(options: VerifyOptions): (request: Request) => Promise<Response> {
    const handle = taskHandler((task) => this.run(task), { ...options, logger: this.#logger });
    return async (request) => {
      if (request.method === 'POST') return handle(request);
      return new Response(null, { status: 405, headers: { allow: 'POST' } });
    };
  }

  /**
   * Makes the call of a task that another door has verified, and says what to answer.
   *
   * @example `app.post('/_ah/queue/deferred', async (req, res) => res.sendStatus((await deferred.run(taskOf(req))).status))`
   */
  async run(task: DeliveredTask): Promise<Response> {
    const execution = new Execution({
      task,
      functions: this.#functions,
      executor: statementsOf(this.#queues.queue()),
      logger: this.#logger,
    });
    this.#logger[this.#logLevel]('deferred task', { task: task.name, headers: taskHeaders(task) });
    return execution.run();
  }
}

function taskHeaders({ headers }: DeliveredTask): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-appengine-')));
}
