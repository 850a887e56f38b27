// The server runs a dispatcher, a scheduler and the REST API on one database, all or some of them, and starts and stops
// them together.

import type pg from 'pg';
import { Waits } from '../client/waits.ts';
import type { SigningSecrets } from '../dispatcher/delivery/request-keys.ts';
import type { FetchFunction } from '../dispatcher/delivery/targets.ts';
import { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { DevelopmentOptions } from '../dispatcher/options.ts';
import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import type { Quotas } from '../domain/quotas.ts';
import { createApp } from '../http/app.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { executorOf } from '../postgres/executor.ts';
import { openPool } from '../postgres/pools.ts';
import { systemClock } from '../runtime/clock.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import { Lifecycle, type Service, STOP_SECONDS } from '../runtime/service.ts';
import type { TelemetryOptions } from '../runtime/telemetry.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { pauseCopiedQueues } from '../store/identity.ts';
import { listKeys } from '../store/keys.ts';
import { setQuotas } from '../store/quotas.ts';
import { TaskTokens } from '../task-tokens/task-tokens.ts';
import { requireSafeAddress } from './config.ts';
import { defined } from './defined.ts';
import { type Listening, listen } from './listen.ts';
import { Readiness } from './readiness.ts';
import { readRoles, type ServerRole } from './roles.ts';
import { type TokenSettings, taskTokenOptions } from './task-token-options.ts';

/** Options of a server. */
export interface ServerOptions extends TokenSettings {
  /** The database: a connection string or pg's settings. */
  database: string | pg.ClientConfig;
  /** Address to listen on; default 127.0.0.1. Any but loopback requires a token. */
  host?: string | undefined;
  /** Port, 0 … 65535; 0 takes a free one; default 8123. */
  port?: number | undefined;
  /** Take the next free port when this one is in use; default false. */
  moveBusyPort?: boolean | undefined;
  /** Token every HTTP request must carry; without one, only this machine can call. */
  token?: string | undefined;
  /** Targets of push tasks, overriding those in the database: base URLs or fetch functions by name. */
  targets?: Record<string, string | FetchFunction> | undefined;
  /** Secrets that sign the requests to targets, by name of the target, overriding the keys in the database. */
  signingKeys?: SigningSecrets | undefined;
  /** Hosts that tasks may name in full URLs: names, `*.example.com`, `*`, addresses and CIDR ranges; default none. */
  allowUrls?: readonly string[] | undefined;
  /** Pause the push queues of a database that is a copy of another, until they are resumed; default false. */
  holdCopies?: boolean | undefined;
  /**
   * Limits over all queues together, stored in the database at the start; default: those stored there, at first none.
   */
  limits?: Quotas | undefined;
  /**
   * The parts to run; default all. Without `http` there is no REST API, but `/healthz`, `/readyz` and `/metrics` are
   * served all the same.
   */
  roles?: readonly ServerRole[] | undefined;
  /** How many tasks this process may have in flight. */
  concurrency?: number | undefined;
  /** Longest time between two polls for due tasks, in seconds. */
  pollSeconds?: number | undefined;
  /**
   * How many queues have values of their own in `/metrics`, those with the most activity; the others are summed up as
   * `(other)`. 0 … 10000, default 200.
   */
  metricsQueues?: number | undefined;
  /** How long a stop waits for running deliveries, in seconds: 0 … 86400, default 25. */
  stopSeconds?: number | undefined;
  /** Traces attempts with OpenTelemetry, as in DispatcherOptions. */
  telemetry?: TelemetryOptions | undefined;
  /** For development: tasks held until they are run, rates ignored, no retries. */
  development?: DevelopmentOptions | undefined;
  /**
   * The console, or a logger of winston or pino. Default: entries from `info` on, on standard error, pretty at a
   * terminal and as JSON lines elsewhere.
   */
  logger?: Logger | undefined;
}

/** A server. */
export interface Server extends Service {
  /** Base URL of its HTTP server, once it has started. */
  readonly url: string;
}

/** Database connections for HTTP requests. */
const HTTP_CONNECTIONS = 4;
/** For metrics, where there is no REST API. */
const OTHER_CONNECTIONS = 1;

/** How long closing waits for the last connections. */
const CLOSE_MS = 1_000;

/**
 * Creates a server; nothing happens before `start()`.
 *
 * `start` rejects with SchemaVersionError when this program cannot run on the schema (run `pgtaskqueue migrate`),
 * TransientError when the database cannot be reached, and PortBusy when the port is in use. `stop` stops claiming,
 * waits at most `stopSeconds` for running deliveries, and closes; deliveries that are cut off are retried after their
 * back-off.
 *
 * @throws ConfigError for a host that is not a loopback address when there is no token, and for unknown roles
 * @example
 * const server = createServer({ database: process.env.DATABASE_URL, port: 0 })
 * await server.start()
 * console.log(server.url)   // http://127.0.0.1:43210
 */
export function createServer(options: ServerOptions): Server {
  requireSafeAddress({ host: options.host ?? DEFAULT_HOST, token: options.token });
  return new TaskQueueServer(options);
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8123;
const METRICS_QUEUES = 200;

class TaskQueueServer implements Server {
  readonly #http: Pick<ServerOptions, 'host' | 'port' | 'moveBusyPort' | 'token'>;
  readonly #lifecycle = new Lifecycle('server');
  readonly #readiness: Readiness;
  readonly #dispatcher: Dispatcher | undefined;
  readonly #scheduler: Scheduler | undefined;
  readonly #pool: pg.Pool;
  readonly #holdCopies: boolean;
  readonly #limits: Quotas | undefined;
  readonly #stopSeconds: number;
  readonly #logger: Logger;
  readonly #waits: Waits | undefined;
  readonly #metricsQueues: number;
  readonly #taskTokens: TaskTokens | undefined;
  #listening: Listening | undefined;
  #dispatching = false;

  constructor(options: ServerOptions) {
    const {
      host,
      port,
      moveBusyPort,
      token,
      roles: given,
      issuer,
      audience,
      idTokenKey,
      oauthTokenCommand,
      ...rest
    } = options;
    const runs = (role: ServerRole) => readRoles(given).includes(role);
    const logger = givenLogger(options.logger, 'info');
    const { holdCopies = false, limits, stopSeconds = STOP_SECONDS, metricsQueues, ...dispatching } = rest;
    const { database } = dispatching;
    this.#holdCopies = holdCopies;
    this.#limits = limits;
    this.#stopSeconds = stopSeconds;
    this.#metricsQueues = metricsQueues ?? METRICS_QUEUES;
    this.#logger = logger;
    this.#http = { host, port, moveBusyPort, token };
    this.#readiness = new Readiness(database);
    const connection = connectionConfig(database, 'pgtaskqueue http');
    this.#pool = openPool(connection, runs('http') ? HTTP_CONNECTIONS : OTHER_CONNECTIONS, logger);
    const taskTokens = taskTokenOptions({ issuer, audience, idTokenKey, oauthTokenCommand }, () => this.url);
    if (runs('http')) {
      this.#waits = new Waits(connection, (message) => logger.warn(message));
      const load = () => listKeys(executorOf(this.#pool));
      this.#taskTokens = new TaskTokens(taskTokens, { load, clock: systemClock, logger });
    }
    if (runs('dispatcher')) this.#dispatcher = new Dispatcher(defined({ ...dispatching, taskTokens, logger }));
    if (runs('scheduler')) this.#scheduler = new Scheduler({ database, logger });
  }

  get url(): string {
    if (this.#listening) return this.#listening.url;
    throw new Error('the server has no address before it has started');
  }

  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#open());
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop(() => this.#close());
  }

  async #open(): Promise<void> {
    const { host = DEFAULT_HOST, port = DEFAULT_PORT, moveBusyPort = false, token } = this.#http;
    try {
      await this.#readiness.require();
      if (this.#holdCopies) await this.#hold();
      if (this.#limits) await setQuotas(executorOf(this.#pool), this.#limits);
      const metrics = await this.#metrics();
      const app = createApp({
        token,
        readiness: () => this.#problem(),
        executor: executorOf(this.#pool),
        waits: this.#waits,
        taskTokens: this.#taskTokens,
        metrics,
        leased: (queue, tasks) => metrics.leasedOverHttp(queue, tasks),
        version: PACKAGE_VERSION,
      });
      this.#listening = await listen(app.fetch, { host, port, moveBusyPort });
      await this.#dispatcher?.start();
      this.#dispatching = true;
      await this.#scheduler?.start();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  // Cron is a small part of a server that does more: it works without, and logs why.
  async #problem(): Promise<string | undefined> {
    const problem = await this.#readiness.problem();
    if (problem !== undefined) return problem;
    if (!this.#dispatching) return 'the dispatcher has not started yet';
    const alone = !this.#dispatcher && !this.#waits;
    return alone && !this.#scheduler?.working ? 'the scheduler does not run; the log says why' : undefined;
  }

  /** Loaded only by a server: prom-client is not needed otherwise. */
  async #metrics(): Promise<Metrics> {
    const { Metrics } = await import('../metrics/metrics.ts');
    const source = { executor: executorOf(this.#pool), dispatcher: this.#dispatcher };
    return new Metrics({ ...source, queues: this.#metricsQueues });
  }

  async #hold(): Promise<void> {
    const queues = await pauseCopiedQueues(executorOf(this.#pool));
    if (queues > 0)
      this.#logger.warn('this database is a copy: its push queues are paused until they are resumed', { queues });
  }

  async #close(): Promise<void> {
    const waits = this.#waits?.close(); // answers calls that wait for work
    await Promise.all([
      this.#dispatcher?.stop({ deadlineSeconds: this.#stopSeconds }),
      this.#scheduler?.stop(),
      this.#listening?.close(),
    ]);
    const pool = this.#pool.ending ? undefined : this.#pool.end();
    await Promise.race([Promise.all([waits, pool]), systemClock.sleep(CLOSE_MS)]);
  }
}
