// Scheduled work: cron entries, and maintenance where no dispatcher does it. It never dispatches and never leases.
//
// graphile-worker triggers it every minute, on one of the servers of a database.

import { EventEmitter } from 'node:events';
import { parseCronItems, type Runner, run, type WorkerEvents } from 'graphile-worker';
import type pg from 'pg';
import { type ConnectionSource, connectionConfig } from '../postgres/connection-settings.ts';
import { keepsBackends } from '../postgres/keeps-backends.ts';
import { breakUnlessListening } from '../postgres/listening-watchdog.ts';
import { SharedBackend } from '../postgres/own-backend.ts';
import { openDirectPool } from '../postgres/pools.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import { Lifecycle, type Service } from '../runtime/service.ts';
import { hasSchedulerSchema, SCHEDULER_SCHEMA } from '../schema/scheduler-schema.ts';
import { graphileLogger } from './graphile-logger.ts';
import { installScheduler } from './install.ts';
import { maintain } from './maintain.ts';
import { type TickCounts, tick } from './tick.ts';

export interface SchedulerOptions {
  /**
   * A connection string or pg settings. Connect directly, not through a pooler in transaction mode: its library uses
   * LISTEN.
   */
  database: ConnectionSource;
  logger?: Logger | undefined;
  clock?: Clock | undefined;
}

// One connection listens, two run the jobs.
const CONNECTIONS = 3;
// The library listens for jobs and for its own migrations.
const CHANNELS = 2;
// NOTIFY announces jobs; polling finds those whose notification was lost.
const POLL_MS = 300_000;
const STOP_MS = 2_000;
// Not to gather them, but because the library ends the run when it cannot record them. By default nobody catches that
// error, and it ends the process.
const AT_THE_END_OF_JOBS = { completeJobBatchDelay: 0, failJobBatchDelay: 0 };
const REMEDY = 'Create its schema with pgtaskqueue migrate, and grant the server the role taskqueue_server.';
// A server that lacks rights need not retry often.
const LEAST_PAUSE_MS = 30_000;

/**
 * Any number of schedulers may run on one database.
 *
 * @example
 * const scheduler = new Scheduler({ database: 'postgres://localhost/app' })
 * await scheduler.start()
 */
export class Scheduler implements Service {
  readonly #database: ConnectionSource;
  readonly #settings: pg.ClientConfig;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #lifecycle = new Lifecycle('scheduler');
  readonly #ending = new AbortController();
  readonly #pool: pg.Pool;
  #runner: Runner | undefined;
  #working = false;
  #running: Promise<void> = Promise.resolve();

  /** Does not connect yet. */
  constructor({ database, logger: given, clock = systemClock }: SchedulerOptions) {
    this.#database = database;
    this.#logger = givenLogger(given, 'info');
    this.#clock = clock;
    this.#settings = connectionConfig(database, 'pgtaskqueue scheduler');
    this.#pool = openDirectPool(this.#settings, CONNECTIONS, this.#logger);
  }

  /** Does not wait for the database: a server works without cron, and logs that it does. */
  start(): Promise<void> {
    return this.#lifecycle.start(async () => {
      this.#running = this.#keepRunning();
    });
  }

  /** Waits at most two seconds for the work under way: work that is cut off is done by another server. */
  stop(): Promise<void> {
    this.#ending.abort();
    return this.#lifecycle.stop(async () => {
      const done = new AbortController();
      await Promise.race([this.#windDown(), this.#clock.sleep(STOP_MS, done.signal)]);
      done.abort();
      await Promise.race([this.#pool.end(), this.#clock.sleep(STOP_MS)]);
    });
  }

  /** Whether cron entries are checked: false before the start has succeeded, and while the database is lost. */
  get working(): boolean {
    return this.#working;
  }

  /** Checks the cron entries once, whether or not the scheduler is started. */
  runOnce(): Promise<TickCounts> {
    return tick(this.#pool, this.#logger);
  }

  /** Runs one maintenance round for the queues that no dispatcher leads; returns how many rows were deleted. */
  maintain(): Promise<number> {
    const { signal } = this.#ending;
    return maintain(this.#pool, { logger: this.#logger, signal });
  }

  async #windDown(): Promise<void> {
    await this.#runner?.stop().catch(() => {}); // it may have ended already
    await this.#running;
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#ending;
    for (let failures = 1; !signal.aborted; failures++) {
      const error = await this.#runUntilItEnds().catch((thrown) => thrown ?? new Error('unknown'));
      this.#working = false;
      if (signal.aborted) return;
      const ms = Math.max(LEAST_PAUSE_MS, backoffMs(failures));
      const remedy = error instanceof SharedBackend ? {} : { remedy: REMEDY }; // it names its own
      this.#logger.warn('cron and maintenance do not run here', { error, ...remedy, againInMs: Math.round(ms) });
      await this.#clock.sleep(ms, signal);
    }
  }

  async #runUntilItEnds(): Promise<Error> {
    // The library listens and prepares statements, which would stay with other clients of a pooler.
    if (!(await keepsBackends(this.#settings))) throw new SharedBackend();
    if (!(await hasSchedulerSchema(this.#pool))) await installScheduler(this.#database, this.#logger);
    if (this.#ending.signal.aborted) return new Error('the scheduler was stopped');
    const events: WorkerEvents = new EventEmitter();
    events.on('pool:listen:success', ({ client }) => breakUnlessListening(client, CHANNELS));
    this.#runner = await run({
      events,
      pgPool: this.#pool,
      schema: SCHEDULER_SCHEMA,
      noHandleSignals: true,
      concurrency: 2, // cron does not wait for maintenance
      pollInterval: POLL_MS,
      preset: { worker: AT_THE_END_OF_JOBS },
      logger: graphileLogger(this.#logger),
      parsedCronItems: parseCronItems([
        { task: 'tick', match: '* * * * *' },
        { task: 'maintain', match: '3,13,23,33,43,53 * * * *' },
      ]),
      taskList: {
        tick: () => this.#do('checking the cron entries', () => this.runOnce()),
        maintain: () => this.#do('maintenance', () => this.maintain()),
      },
    });
    this.#runner.promise.catch(() => {}); // it is awaited below, perhaps after it failed
    if (this.#ending.signal.aborted) await this.#runner.stop();
    this.#working = true;
    await this.#runner.promise;
    return new Error('the scheduler ended unexpectedly');
  }

  /** A job never fails, because the next run has a job of its own. */
  async #do(what: string, work: () => Promise<unknown>): Promise<void> {
    await work().catch((error) => this.#logger.warn(`${what} failed`, { error }));
  }
}
