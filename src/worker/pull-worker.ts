// A pull worker: leases tasks of one queue, has them handled, and says what became of them.
//
//   lease ──▶ waiting ──a call is free──▶ handled ──▶ done: deleted · failed: released with a delay
//     held tasks are renewed; those that are lost are dropped; a stop gives back what waits at once, and what is still handled at its deadline has failed
//
// As long as handlers are quick the next tasks are leased while the last are handled; when they are slow, only as many as there are calls for.

import { ownStatements } from '../client/database.ts';
import { QueueHandle } from '../client/queue-handle.ts';
import { Waits } from '../client/waits.ts';
import { isPool } from '../postgres/executor.ts';
import type { OwnStatements } from '../postgres/own-pool.ts';
import { systemClock } from '../runtime/clock.ts';
import { Lifecycle, type Service, STOP_SECONDS } from '../runtime/service.ts';
import { HeldTasks } from './held-tasks.ts';
import { type PullWorkerOptions, readOptions, type StopWorkerOptions, type WorkerSettings } from './options.ts';
import { Prefetcher } from './prefetcher.ts';

/** What a single run has done. */
export interface RunSummary {
  done: number;
  failed: number;
  lost: number;
}

/** The longest that a stop waits, after its deadline, to tell the database what became of the last tasks … */
const LAST_SETTLES_MS = 2_000;
/** … and for connections to close. */
const CLOSE_MS = 1_000;

/**
 * Works on a pull queue until it is stopped.
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
  readonly #forgetPool: () => void;

  /** @throws TypeError for options that are misspelt or missing, RangeError for numbers out of range */
  constructor(options: PullWorkerOptions) {
    const { database, preparedStatements = false, waitingConnection } = options;
    this.#settings = readOptions(options);
    const { queue } = this.#settings;
    this.#lifecycle = new Lifecycle(`worker of queue ${queue}`);
    this.#own = ownStatements(database, preparedStatements);
    const direct =
      waitingConnection === undefined ? this.#own.waitingAt : { connectionString: waitingConnection || '' };
    const { logger } = this.#settings;
    this.#waits = new Waits(waitingConnection === false ? undefined : direct, (message) => logger.warn(message));
    const handle = new QueueHandle(queue, this.#own, this.#waits);
    this.#held = new HeldTasks(options, this.#settings, this.#own, handle);
    this.#prefetcher = new Prefetcher(this.#settings, handle, this.#waits, this.#held);
    this.#forgetPool = survive(database, (error) =>
      this.#settings.logger.warn('an idle connection was lost', { error }),
    );
  }

  /** Begins to work. A database that is away is tried again until it is back. */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => this.#prefetcher.start());
  }

  /**
   * Leases nothing more, gives back what waits, and waits for the handlers. Calls that outlast the deadline have failed: their signals abort, and their
   * tasks are tried again after the back-off. It ends three seconds after the deadline at the latest, whether or not the database answers.
   */
  stop({ deadlineSeconds = STOP_SECONDS }: StopWorkerOptions = {}): Promise<void> {
    const ended = this.#prefetcher.stop();
    return this.#lifecycle.stop(async () => {
      const deadlineMs = deadlineSeconds * 1000;
      await within(deadlineMs + LAST_SETTLES_MS, Promise.all([ended, this.#held.close(deadlineMs)]));
      await within(CLOSE_MS, Promise.all([this.#waits.close(), this.#own.close()]));
      this.#forgetPool();
    });
  }

  /**
   * Leases once, up to `batchSize` tasks, without waiting for any, and resolves when they are settled. For cron jobs and tests; not while started.
   *
   * @throws what the lease call throws
   */
  async runOnce(): Promise<RunSummary> {
    if (this.#lifecycle.started) throw new Error('the worker is running by itself');
    const before = { ...this.#held.counts };
    await this.#prefetcher.leaseOnce();
    await this.#held.idle();
    const { done, failed, lost } = this.#held.counts;
    return { done: done - before.done, failed: failed - before.failed, lost: lost - before.lost };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** Waits, and no longer than that. */
async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work, systemClock.sleep(ms, done.signal)]);
  done.abort();
}

interface PoolEvents {
  on?(event: string, heard: (subject: unknown) => void): void;
  off?(event: string, heard: (subject: unknown) => void): void;
}

/**
 * A connection that the server ends while it is idle, or between being made and being used, would end the process of an application that listens to no
 * errors of its pool.
 */
function survive(database: unknown, tell: (error: unknown) => void): () => void {
  const pool = database as PoolEvents;
  if (!isPool(database) || typeof pool.on !== 'function') return () => {};
  const listen = (client: unknown) => (client as PoolEvents).on?.('error', () => {});
  pool.on('error', tell);
  pool.on('connect', listen);
  return () => {
    pool.off?.('error', tell);
    pool.off?.('connect', listen);
  };
}
