// The way in: an application's task queues.

import { InvalidQueueNameError } from '../domain/errors.ts';
import { TASK_QUEUES_GUESSES } from '../domain/first-guesses.ts';
import { requireKnownKeys } from '../domain/known-keys.ts';
import type { NewQueue, Queue, QueueStatus } from '../domain/queue.ts';
import type { ApplyOptions, QueueChange } from '../domain/queue-file/queue-change.ts';
import type { QueueConfig } from '../domain/queue-file/queue-config.ts';
import { serviceTarget, type Target, type TargetOptions } from '../domain/target.ts';
import type { NewTask } from '../domain/task.ts';
import { kindOf, requireText } from '../domain/text.ts';
import { isKysely, isPool } from '../postgres/executor.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { applyQueueConfig } from '../store/queue-configs.ts';
import { createQueue, deleteQueue, listQueues, updateQueue } from '../store/queues.ts';
import { listTargets, removeTarget, setTarget } from '../store/targets.ts';
import { type Database, ownStatements } from './database.ts';
import { type AddTaskOptions, QueueHandle } from './queue-handle.ts';
import type { Task } from './task.ts';
import { Waits } from './waits.ts';

/** What task queues are made with. */
export interface TaskQueuesOptions {
  /** A pg.Pool, a Kysely instance, or a connection string (then close them when done). */
  database: Database;
  /**
   * Whether connections of a pg.Pool keep the plans of these statements (default: false). Spares the server planning each add anew; not
   * for a pool behind a PgBouncer that shares connections between transactions and is older than 1.21.
   */
  preparedStatements?: boolean;
  /**
   * A connection string for the one connection on which lease calls wait (`waitSeconds`); it must not lead through a pooler that shares connections
   * between transactions. Default: where the pool goes. False, or a Kysely instance and nothing here: who waits looks every second instead.
   */
  waitingConnection?: string | false;
  /**
   * Which service of the application this is: its tasks come back to it, unless the task or its queue names a target. Default: `default`.
   */
  service?: string;
  /**
   * Which version of the service this is: its tasks come back to this version (target `version.service`), also once another has become the default
   * one. Leave it out in the default version: its tasks go to whichever is the default one when they run.
   */
  version?: string;
}

const KNOWN = ['database', 'preparedStatements', 'waitingConnection', 'service', 'version'];
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
  readonly #service: string | undefined;

  /** @throws TypeError for a database that is none of the three; InvalidTargetError for a service or version that can't be one */
  constructor(options: TaskQueuesOptions) {
    requireOptions(options);
    this.#service = serviceTarget(options.service, options.version);
    this.#own = ownStatements(options.database, options.preparedStatements ?? false);
    const { waitingConnection: given } = options;
    if (given === undefined) this.#waits = new Waits(this.#own.waitingAt);
    else this.#waits = new Waits(given === false ? undefined : { connectionString: given });
  }

  /** A queue by its name. Nothing is asked of the database yet. */
  queue(name = 'default'): QueueHandle {
    const named = requireText(name, 'the name of a queue', InvalidQueueNameError);
    return new QueueHandle(named, this.#own, this.#waits, this.#service);
  }

  /** Adds a task, or up to 100, to the queue `default`. See QueueHandle.add. */
  add(task?: NewTask, options?: AddTaskOptions): Promise<Task>;
  add(tasks: readonly NewTask[], options?: AddTaskOptions): Promise<Task[]>;
  async add(given?: NewTask | readonly NewTask[], options?: AddTaskOptions): Promise<Task | Task[]> {
    return this.queue().add(given as NewTask, options);
  }

  /**
   * Makes a queue.
   *
   * @throws QueueExistsError; TombstonedQueueError when one of that name was deleted within seven days; InvalidQueueError and its kind
   * @example `await queues.createQueue('mail', { rate: '50/s', bucketSize: 20 })`
   */
  async createQueue(name: string, settings: NewQueue = {}): Promise<Queue> {
    return createQueue(this.#own, name, settings);
  }

  /**
   * Changes a queue's settings; those left out stay.
   *
   * @throws UnknownQueueError, InvalidQueueError, InvalidRetryParametersError
   */
  async updateQueue(name: string, settings: NewQueue): Promise<Queue> {
    return updateQueue(this.#own, name, settings);
  }

  /** Removes a queue and its tasks; returns how many. Its name can't be used again for seven days. */
  async deleteQueue(name: string): Promise<number> {
    return deleteQueue(this.#own, name);
  }

  /** All queues, their settings and how they do. */
  async listQueues(): Promise<QueueStatus[]> {
    return listQueues(this.#own);
  }

  /**
   * Makes the queues what a queue file says, all of it or nothing; the file's keys are queue.yaml's. Queues of an earlier file that this one leaves
   * out are disabled, never deleted; those made by `createQueue` are left alone.
   *
   * @returns what has changed, or with `dryRun` would change
   * @throws InvalidQueueError and its kind, InvalidRetryParametersError, InvalidTargetError, TombstonedQueueError
   * @example `await queues.applyConfig({ queue: [{ name: 'mail', rate: '5/s', bucket_size: 20 }] }, { dryRun: true })`
   */
  async applyConfig(config: QueueConfig, options: ApplyOptions = {}): Promise<QueueChange[]> {
    return applyQueueConfig(this.#own, config, options);
  }

  /**
   * Says where push tasks of a target go.
   *
   * @throws InvalidTargetError
   * @example `await queues.setTarget('default', 'http://localhost:3000')`
   */
  async setTarget(name: string, url: string, options: TargetOptions = {}): Promise<void> {
    return setTarget(this.#own, name, url, options);
  }

  /** Forgets a target; false: there was none. */
  async removeTarget(name: string): Promise<boolean> {
    return removeTarget(this.#own, name);
  }

  /** All targets. */
  async listTargets(): Promise<Target[]> {
    return listTargets(this.#own);
  }

  /** Ends the connections that were made for these queues. A pool or Kysely instance that was passed in stays open. */
  async close(): Promise<void> {
    await Promise.all([this.#waits.close(), this.#own.close()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
