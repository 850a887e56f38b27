// A pull worker: leases tasks of one queue, has them handled and records their outcomes.
//
//   lease ──▶ waiting ──a call is free──▶ handled ──▶ done: deleted · failed: released with a delay
//   held tasks are renewed, and dropped if they are lost; a stop releases waiting tasks and fails calls at its deadline
//
// While handlers are fast, the next tasks are leased before the last ones are done; if they are slow, only as many
// tasks are leased as there are free handler calls.

import { ownStatements } from '../client/database.ts';
import { QueueHandle } from '../client/queue-handle.ts';
import { Waits } from '../client/waits.ts';
import { DatastoreError, PermissionDeniedError, QueuePausedError, TaskQueueError } from '../domain/errors.ts';
import { isPool } from '../postgres/executor.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { systemClock } from '../runtime/clock.ts';
import { requireDeadline } from '../runtime/option-checks.ts';
import { Lifecycle, type Service, STOP_SECONDS } from '../runtime/service.ts';
import { Telemetry } from '../runtime/telemetry.ts';
import { within } from '../runtime/within.ts';
import { requireSchemaOn } from '../schema/migrate/schema-version.ts';
import { HeldTasks } from './held-tasks.ts';
import {
  type ObserveAttempt,
  type PullWorkerOptions,
  readOptions,
  type StopWorkerOptions,
  type WorkerSettings,
} from './options.ts';
import { Prefetcher } from './prefetcher.ts';
import { tracedHandlers } from './traced-handlers.ts';

/** The results of a single run. */
export interface RunSummary {
  done: number;
  failed: number;
  lost: number;
}

/** Most time that a stop takes after its deadline to record the last outcomes … */
const LAST_SETTLES_MS = 2_000;
/** … and to close connections. */
const CLOSE_MS = 1_000;

let settingsOf: (worker: PullWorker) => WorkerSettings;

/**
 * Handles the tasks of a pull queue until it is stopped.
 *
 * @example
 * ```ts
 * const worker = new PullWorker({ database: pool, queue: 'photos', handler: (task) => resize(task.payload) })
 * await worker.start()
 * process.once('SIGTERM', () => worker.stop())
 * ```
 */
export class PullWorker implements Service {
  readonly #settings: WorkerSettings;
  readonly #lifecycle: Lifecycle;
  readonly #own: OwnStatements;
  readonly #waits: Waits;
  readonly #held: HeldTasks;
  readonly #prefetcher: Prefetcher;
  readonly #unsubscribe: () => void;

  static {
    settingsOf = (worker) => worker.#settings;
  }

  /** @throws TypeError for an unknown or missing option, RangeError for a number out of range */
  constructor(options: PullWorkerOptions) {
    const { database, preparedStatements, waitingConnection } = options;
    this.#settings = readOptions(options);
    const { queue } = this.#settings;
    this.#lifecycle = new Lifecycle(`worker of queue ${queue}`);
    this.#own = ownStatements(database, preparedStatements);
    const direct =
      waitingConnection === undefined ? this.#own.waitingAt : { connectionString: waitingConnection || '' };
    const { logger } = this.#settings;
    this.#waits = new Waits(waitingConnection === false ? undefined : direct, (message) => logger.warn(message));
    const handle = new QueueHandle(queue, this.#own, this.#waits);
    const { telemetry } = options;
    const handling = telemetry ? tracedHandlers(options, new Telemetry(telemetry)) : options;
    this.#held = new HeldTasks(handling, this.#settings, this.#own, handle);
    this.#prefetcher = new Prefetcher(this.#settings, handle, this.#waits, this.#held);
    this.#unsubscribe = survive(database, (error) =>
      this.#settings.logger.warn('an idle connection was lost', { error }),
    );
  }

  /**
   * Starts working; resolves after the first lease call. If the database is unreachable, the worker logs it and retries
   * until it is back, and so it does after any error of a later call.
   *
   * @throws UnknownQueueError, or TombstonedQueueError, if there is no such queue; InvalidQueueModeError if it is a
   * push queue; SchemaVersionError if the database has no taskqueue schema, or one that this program cannot run on (run
   * `pgtaskqueue migrate`); PermissionDeniedError if the login may not lease. After an error, call stop and create a
   * new worker.
   */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      try {
        await this.#requireSchema();
        await this.#prefetcher.leaseOnce();
      } catch (error) {
        if (!mayPass(error)) throw error;
      }
      this.#prefetcher.start();
    });
  }

  /**
   * Leases nothing more, releases waiting tasks, and waits for handler calls. Calls that outlast the deadline count as
   * failed: their signals abort, and their tasks are retried after the back-off. Stopping takes at most three seconds
   * longer than the deadline, whether or not the database answers.
   *
   * @throws RangeError for a negative deadline
   */
  async stop({ deadlineSeconds = STOP_SECONDS }: StopWorkerOptions = {}): Promise<void> {
    requireDeadline('deadlineSeconds', deadlineSeconds);
    const ended = this.#prefetcher.stop();
    return this.#lifecycle.stop(async () => {
      const deadlineMs = deadlineSeconds * 1000;
      await within(deadlineMs + LAST_SETTLES_MS, Promise.all([ended, this.#held.close(deadlineMs)]), systemClock);
      await within(CLOSE_MS, Promise.all([this.#waits.close(), this.#own.close()]), systemClock);
      this.#unsubscribe();
    });
  }

  /**
   * Leases once, up to `batchSize` tasks, without waiting for tasks to arrive, and resolves when they are settled. For
   * cron jobs and tests; only on a worker that was not started.
   *
   * @throws the lease call's error
   */
  async runOnce(): Promise<RunSummary> {
    if (this.#lifecycle.started) throw new Error('runOnce must be called on a worker that was not started');
    const before = { ...this.#held.counts };
    await this.#prefetcher.leaseOnce();
    await this.#held.idle();
    const { done, failed, lost } = this.#held.counts;
    return { done: done - before.done, failed: failed - before.failed, lost: lost - before.lost };
  }

  /** A login that may not read the version of the schema finds out with its first lease. */
  async #requireSchema(): Promise<void> {
    await requireSchemaOn(this.#own).catch((error: unknown) => {
      if (!(error instanceof PermissionDeniedError)) throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Whether a lease call that failed may succeed later without anyone correcting the worker's options. */
function mayPass(error: unknown): boolean {
  if (error instanceof QueuePausedError || error instanceof DatastoreError) return true;
  return error instanceof TaskQueueError && error.retryable;
}

/** Tells how attempts of the worker end from now on, instead of an earlier observer; returns its queue. */
export function observeWorker(worker: PullWorker, observe: ObserveAttempt): string {
  const settings = settingsOf(worker);
  settings.observe = observe;
  return settings.queue;
}

interface PoolEvents {
  on?(event: string, heard: (subject: unknown) => void): void;
  off?(event: string, heard: (subject: unknown) => void): void;
}

/**
 * Without error listeners, a connection that the server ends, while idle or before its first use, would end the process
 * of an application that does not listen for its pool's errors.
 */
function survive(database: unknown, warn: (error: unknown) => void): () => void {
  const pool = database as PoolEvents;
  if (!isPool(database) || typeof pool.on !== 'function') return () => {};
  const listen = (client: unknown) => (client as PoolEvents).on?.('error', () => {});
  pool.on('error', warn);
  pool.on('connect', listen);
  return () => {
    pool.off?.('error', warn);
    pool.off?.('connect', listen);
  };
}
