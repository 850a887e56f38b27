// The entry point: an application's task queues.

import { InvalidQueueNameError } from '../domain/errors.ts';
import { TASK_QUEUES_GUESSES } from '../domain/first-guesses.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { NewQueue, Queue, QueueStatus } from '../domain/queue.ts';
import { QueueDefinition } from '../domain/queue-definition.ts';
import type { ApplyOptions, QueueChange } from '../domain/queue-file/queue-change.ts';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';
import { serviceTarget, type Target, type TargetOptions } from '../domain/target.ts';
import type { NewTask } from '../domain/task.ts';
import { kindOf, requireText } from '../domain/text.ts';
import { isKysely, isPool } from '../postgres/executor.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { Telemetry, type TelemetryOptions } from '../runtime/telemetry.ts';
import { applyQueueConfig } from '../store/queue-configs.ts';
import { createQueue, deleteQueue, listQueues, updateQueue } from '../store/queues.ts';
import { listTargets, removeTarget, setTarget } from '../store/targets.ts';
import { type Database, ownStatements } from './database.ts';
import { type AddTaskOptions, QueueHandle } from './queue-handle.ts';
import type { Task } from './task.ts';
import type { Adding } from './traced-add.ts';
import type { TypedQueueHandle } from './typed-queue-handle.ts';
import { Waits } from './waits.ts';

/** Options of TaskQueues. */
export interface TaskQueuesOptions {
  /** A pg.Pool, a Kysely instance, or a connection string (then call `close` when done). */
  database: Database;
  /**
   * Whether connections use prepared statements, which saves the server planning each add again. Default: not with a
   * pg.Pool; with a connection string, once it is proved to lead to PostgreSQL itself. Not for connections through
   * PgBouncer older than 1.21 in transaction mode.
   */
  preparedStatements?: boolean;
  /**
   * A connection string for the one connection on which lease calls wait (`waitSeconds`); it must not lead through a
   * pooler in transaction mode, so for example `process.env.PGTASKQUEUE_DIRECT_URL`. Default: the pool's own settings.
   * With false, or with a Kysely instance and no value here, waiting calls poll every second instead.
   */
  waitingConnection?: string | false;
  /**
   * The service of the application that adds the tasks: they are sent back to it unless the task or its queue names a
   * target. Default: `default`.
   */
  service?: string;
  /**
   * The version of the service that adds the tasks: they are sent back to this version (target `version.service`), even
   * after another has become the default. Omit it in the default version: its tasks go to the version that is the
   * default when they run.
   */
  version?: string;
  /**
   * Traces adds with OpenTelemetry: `{ api }`, where `import * as api from '@opentelemetry/api'`. Tasks then carry a
   * `traceparent`. Default: none.
   */
  telemetry?: TelemetryOptions;
}

const KNOWN = ['database', 'preparedStatements', 'waitingConnection', 'service', 'version', 'telemetry'];

/** Says what was probably meant. A connection string is not repeated: it may contain a password. */
function requireOptions(options: unknown): asserts options is TaskQueuesOptions {
  if (typeof options === 'string') {
    throw new TypeError('TaskQueues takes an object: new TaskQueues({ database: connectionString })');
  }
  if (typeof options !== 'object' || options === null || isPool(options) || isKysely(options)) {
    throw new TypeError(`TaskQueues takes an object: new TaskQueues({ database }), got ${kindOf(options)}`);
  }
  requireKnownKeys(options, KNOWN, 'the options of TaskQueues', TASK_QUEUES_GUESSES);
}

/**
 * The task queues of a database.
 *
 * @example
 * ```ts
 * const queues = new TaskQueues({ database: pool })
 * await queues.createQueue('mail', { rate: '50/s' })
 * await queues.queue('mail').add({ url: '/send', json: { to: 'a@b' } })
 * ```
 */
export class TaskQueues {
  readonly #own: OwnStatements;
  readonly #waits: Waits;
  readonly #adding: Adding;

  /** @throws TypeError for any other database; InvalidTargetError for an invalid service or version */
  constructor(options: TaskQueuesOptions) {
    requireOptions(options);
    const { telemetry } = options;
    const service = serviceTarget(options.service, options.version);
    this.#adding = { service, telemetry: telemetry && new Telemetry(telemetry) };
    this.#own = ownStatements(options.database, options.preparedStatements);
    const { waitingConnection: given } = options;
    if (given === undefined) this.#waits = new Waits(this.#own.waitingAt);
    else this.#waits = new Waits(given === false ? undefined : { connectionString: given });
  }

  /**
   * Returns a queue by name or definition, without a query to the database. The JSON of its tasks then fits the schema
   * of the definition.
   *
   * @example `await queues.queue(mail).add({ json: { to: 'ada@example.com' } }, { transaction })`
   */
  queue(name?: string): QueueHandle;
  // biome-ignore lint/suspicious/noExplicitAny: what the schema makes of a task is the handler's business
  queue<Input>(definition: QueueDefinition<Input, any>): TypedQueueHandle<Input>;
  queue(given: string | QueueDefinition = 'default'): QueueHandle | TypedQueueHandle<unknown> {
    const definition = given instanceof QueueDefinition ? given : undefined;
    const name = definition?.name ?? requireText(given, 'the name of a queue', InvalidQueueNameError);
    return new QueueHandle(name, this.#own, this.#waits, this.#adding, definition);
  }

  /** Adds a task, or up to 100, to the queue `default`. See QueueHandle.add. */
  add(task?: NewTask, options?: AddTaskOptions): Promise<Task>;
  add(tasks: readonly NewTask[], options?: AddTaskOptions): Promise<Task[]>;
  async add(given?: NewTask | readonly NewTask[], options?: AddTaskOptions): Promise<Task | Task[]> {
    return this.queue().add(given as NewTask, options);
  }

  /**
   * Creates a queue.
   *
   * @throws QueueExistsError; TombstonedQueueError if a queue of that name was deleted in the last seven days;
   *   InvalidQueueError and its subclasses
   * @example `await queues.createQueue('mail', { rate: '50/s', bucketSize: 20 })`
   */
  async createQueue(name: string, settings: NewQueue = {}): Promise<Queue> {
    return createQueue(this.#own, name, settings);
  }

  /**
   * Changes a queue's settings; omitted settings keep their values.
   *
   * @throws UnknownQueueError, InvalidQueueError, InvalidRetryParametersError
   */
  async updateQueue(name: string, settings: NewQueue): Promise<Queue> {
    return updateQueue(this.#own, name, settings);
  }

  /** Deletes a queue and its tasks; returns the number of tasks. The name cannot be reused for seven days. */
  async deleteQueue(name: string): Promise<number> {
    return deleteQueue(this.#own, name);
  }

  /** Lists all queues, with their settings and statistics. */
  async listQueues(): Promise<QueueStatus[]> {
    return listQueues(this.#own);
  }

  /**
   * Applies a queue file, all of it or nothing; the keys are those of queue.yaml. Queues of an earlier file that this
   * one omits are disabled, never deleted; queues made by `createQueue` are not touched.
   *
   * @returns the changes made or, with `dryRun`, the changes to be made
   * @throws InvalidQueueError and its subclasses, InvalidRetryParametersError, InvalidTargetError, TombstonedQueueError
   * @example `await queues.applyConfig({ queue: [{ name: 'mail', rate: '5/s', bucket_size: 20 }] }, { dryRun: true })`
   */
  async applyConfig(config: QueueConfig, options: ApplyOptions = {}): Promise<QueueChange[]> {
    return applyQueueConfig(this.#own, config, options);
  }

  /**
   * Sets the base URL that a target's push tasks are sent to.
   *
   * @throws InvalidTargetError
   * @example `await queues.setTarget('default', 'http://localhost:3000')`
   */
  async setTarget(name: string, url: string, options: TargetOptions = {}): Promise<void> {
    return setTarget(this.#own, name, url, options);
  }

  /** Removes a target. Returns false if there was no such target. */
  async removeTarget(name: string): Promise<boolean> {
    return removeTarget(this.#own, name);
  }

  /** Lists all targets. */
  async listTargets(): Promise<Target[]> {
    return listTargets(this.#own);
  }

  /** Closes the connections opened for these queues. A pool or Kysely instance that was passed in stays open. */
  async close(): Promise<void> {
    await Promise.all([this.#waits.close(), this.#own.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
