// Everything of one database: its dispatcher, scheduler, REST API, backend of gRPC, console and metrics, all or some of
// them.

import type pg from 'pg';
import { authorityOf } from '../access/authority.ts';
import type { Authority } from '../access/identify.ts';
import { Waits } from '../client/waits.ts';
import { createBackend, type LeasedHook } from '../cloud-tasks/backend.ts';
import type { HttpTaskRules } from '../cloud-tasks/http-task-rules.ts';
import type { Console } from '../console/console.ts';
import { Dispatcher } from '../dispatcher/dispatcher.ts';
import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import type { GrpcCell } from '../grpc/grpc-cell.ts';
import { createApp } from '../http/app.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { type Executor, executorOf } from '../postgres/executor.ts';
import { keepsBackends } from '../postgres/keeps-backends.ts';
import { openPool } from '../postgres/pools.ts';
import { whichDatabase } from '../postgres/which-database.ts';
import { systemClock } from '../runtime/clock.ts';
import { type Logger, withFields } from '../runtime/logger.ts';
import { STOP_SECONDS } from '../runtime/service.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { allowUrl } from '../store/allowed-urls.ts';
import { pauseCopiedQueues } from '../store/identity.ts';
import { listKeys } from '../store/keys.ts';
import { setQuotas } from '../store/quotas.ts';
import { TaskTokens } from '../task-tokens/task-tokens.ts';
import { type CellOptions, dispatcherOptions } from './cell-options.ts';
import { httpTaskRules } from './http-task-rules.ts';
import type { Fetch } from './listen.ts';
import { openConsole } from './open-console.ts';
import { Readiness } from './readiness.ts';
import type { Served } from './served.ts';
import { taskTokenOptions } from './task-token-options.ts';

/** Database connections for requests. A short request holds one for about a millisecond. */
const HTTP_CONNECTIONS = 10;
/** For metrics, where there is no REST API. */
const OTHER_CONNECTIONS = 1;
/** How long closing waits for the last connections. */
const CLOSE_MS = 1_000;
const METRICS_QUEUES = 200;

/** What a cell has once its database has been checked. */
interface Opened {
  fetch: Fetch;
  grpc: GrpcCell;
  metrics: Metrics;
  console: Console | undefined;
}

/** Starts once; after an error a new one is made. */
export class Cell implements Served {
  readonly #options: CellOptions;
  readonly #logger: Logger;
  readonly #readiness: Readiness;
  readonly #dispatcher: Dispatcher | undefined;
  readonly #scheduler: Scheduler | undefined;
  readonly #connection: pg.ClientConfig;
  readonly #pool: pg.Pool;
  readonly #waits: Waits | undefined;
  readonly #taskTokens: TaskTokens;
  readonly #rules: HttpTaskRules;
  #opened: Opened | undefined;
  #dispatching = false;

  constructor(options: CellOptions) {
    const { database, roles, name, logger } = options;
    this.#options = options;
    this.#logger = name === undefined ? logger : withFields(logger, { cell: name });
    this.#readiness = new Readiness(database);
    this.#connection = connectionConfig(database, 'pgtaskqueue http');
    const serves = roles.includes('http');
    const connections = serves ? (options.httpConnections ?? HTTP_CONNECTIONS) : OTHER_CONNECTIONS;
    this.#pool = openPool(this.#connection, connections, this.#logger);
    if (serves) this.#waits = new Waits(this.#connection, (message) => this.#logger.warn(message));
    const executor = executorOf(this.#pool);
    const tokens = taskTokenOptions(options, options.url);
    const keys = { load: () => listKeys(executor), clock: systemClock, logger: this.#logger };
    this.#taskTokens = new TaskTokens(tokens, keys);
    this.#rules = httpTaskRules(executor, this.#taskTokens, systemClock);
    const own = { taskTokens: tokens, logger: this.#logger };
    if (roles.includes('dispatcher')) this.#dispatcher = new Dispatcher(dispatcherOptions(options, own));
    if (roles.includes('scheduler')) this.#scheduler = new Scheduler({ database, logger: this.#logger });
  }

  /** Checks the database, and makes what answers requests. Nothing is dispatched yet. */
  async open(): Promise<void> {
    const {
      limits,
      allowUrls = [],
      holdCopies,
      emulator = {},
      token,
      host,
      publicUrl,
      base,
      metricsQueues,
    } = this.#options;
    await this.#readiness.require();
    await this.#claim();
    if (holdCopies) await this.#hold();
    const executor = executorOf(this.#pool, await keepsBackends(this.#connection));
    if (limits) await setQuotas(executor, limits);
    for (const entry of allowUrls) await allowUrl(executor, entry); // before the API is open
    const loaded = await import('../metrics/metrics.ts'); // prom-client is not needed otherwise
    const { MetricsPage } = await import('../metrics/metrics-page.ts');
    const metrics = new loaded.Metrics({
      executor,
      dispatcher: this.#dispatcher,
      queues: metricsQueues ?? METRICS_QUEUES,
    });
    const leased: LeasedHook = (queue, tasks) => metrics.leasedOverHttp(queue, tasks);
    const backend = createBackend(executor, this.#rules, { leased, autoCreate: emulator.autoCreate });
    const authority = authorityOf(token, host, executor);
    const { name } = this.#options;
    const page =
      name === undefined
        ? new MetricsPage({ of: metrics, process: true })
        : new MetricsPage({ of: () => [{ cell: name, metrics }], process: false });
    const console = this.#openConsole(authority, executor, metrics);
    const app = createApp({
      ...{ token, bind: host, publicUrl, base, executor, backend, console, metrics: page, version: PACKAGE_VERSION },
      readiness: () => this.problem(),
      waits: this.#waits,
      taskTokens: this.#waits && this.#taskTokens,
      emulator: emulator.controls,
    });
    this.#opened = { fetch: app.fetch, grpc: { authority, backend }, metrics, console };
  }

  /** Begins to dispatch and to run cron. */
  async run(): Promise<void> {
    await this.#opened?.console?.start();
    await this.#dispatcher?.start();
    this.#dispatching = true;
    await this.#scheduler?.start();
  }

  get fetch(): Fetch {
    return this.#require().fetch;
  }

  get grpc(): GrpcCell {
    return this.#require().grpc;
  }

  get calls(): Served['calls'] {
    return { cellOf: () => this.grpc, readiness: () => this.problem() };
  }

  get metrics(): Metrics {
    return this.#require().metrics;
  }

  // Cron is a small part of a server that does more: it works without, and logs why.
  async problem(): Promise<string | undefined> {
    const problem = await this.#readiness.problem();
    if (problem !== undefined) return problem;
    if (!this.#dispatching) return 'the dispatcher has not started yet';
    const alone = !this.#dispatcher && !this.#waits;
    return alone && !this.#scheduler?.working ? 'the scheduler does not run; the log says why' : undefined;
  }

  /** Answers calls that wait for work, and ends the answers that last. */
  async endRequests(): Promise<void> {
    void this.#waits?.close();
    await this.#opened?.console?.stop();
  }

  /** Waits at most `stopSeconds` for running deliveries. */
  async stop(): Promise<void> {
    const { stopSeconds = STOP_SECONDS } = this.#options;
    await Promise.all([this.#dispatcher?.stop({ deadlineSeconds: stopSeconds }), this.#scheduler?.stop()]);
  }

  /** No request may use it any more. */
  async disconnect(): Promise<void> {
    const pool = this.#pool.ending ? undefined : this.#pool.end();
    await Promise.race([Promise.all([this.#waits?.close(), pool]), systemClock.sleep(CLOSE_MS)]);
  }

  #require(): Opened {
    if (this.#opened) return this.#opened;
    throw new Error('the cell has not been opened');
  }

  #openConsole(authority: Authority, executor: Executor, metrics: Metrics): Console | undefined {
    if (!this.#waits) return undefined;
    const { tls, publicUrl } = this.#options;
    const source = { authority, executor, metrics, database: this.#connection, logger: this.#logger };
    return openConsole({ ...source, http: { tls, publicUrl }, dispatcher: this.#dispatcher });
  }

  async #claim(): Promise<void> {
    const { name, databases } = this.#options;
    if (name !== undefined && databases) databases.claim(await whichDatabase(this.#connection), name);
  }

  async #hold(): Promise<void> {
    const queues = await pauseCopiedQueues(executorOf(this.#pool));
    if (queues > 0)
      this.#logger.warn('this database is a copy: its push queues are paused until they are resumed', { queues });
  }
}
