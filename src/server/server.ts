// The server runs a dispatcher, a scheduler, the REST API and gRPC on one database, all or some of them, and starts and
// stops them together.

import type pg from 'pg';
import { authorityOf } from '../access/authority.ts';
import type { Authority } from '../access/identify.ts';
import { Waits } from '../client/waits.ts';
import { type Backend, createBackend, type LeasedHook } from '../cloud-tasks/backend.ts';
import type { HttpTaskRules } from '../cloud-tasks/http-task-rules.ts';
import { operations } from '../cloud-tasks/operations.ts';
import type { Console } from '../console/console.ts';
import { Dispatcher } from '../dispatcher/dispatcher.ts';
import { PACKAGE_VERSION } from '../domain/package-version.embed.ts';
import type { Quotas } from '../domain/quotas.ts';
import { loadGrpc } from '../grpc/load.ts';
import { createGrpcService } from '../grpc/service.ts';
import { createApp } from '../http/app.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import { type Executor, executorOf } from '../postgres/executor.ts';
import { keepsBackends } from '../postgres/keeps-backends.ts';
import { openPool } from '../postgres/pools.ts';
import { systemClock } from '../runtime/clock.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import { Lifecycle, STOP_SECONDS } from '../runtime/service.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import { allowUrl } from '../store/allowed-urls.ts';
import { pauseCopiedQueues } from '../store/identity.ts';
import { listKeys } from '../store/keys.ts';
import { setQuotas } from '../store/quotas.ts';
import { TaskTokens } from '../task-tokens/task-tokens.ts';
import { requireSafeAddress } from './config.ts';
import { publicOrigin, wholeNumberIn } from './config-values.ts';
import { defined } from './defined.ts';
import { GrpcConnections } from './grpc-connections.ts';
import { httpTaskRules } from './http-task-rules.ts';
import { openConsole } from './open-console.ts';
import { type OpenPorts, openPorts } from './ports.ts';
import { Readiness } from './readiness.ts';
import { readRoles, type ServerRole } from './roles.ts';
import { type EmulatorOptions, requireServerOptions, type Server, type ServerOptions } from './server-options.ts';
import { taskTokenOptions } from './task-token-options.ts';

/** Database connections for requests. A short request holds one for about a millisecond. */
const HTTP_CONNECTIONS = 10;
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
 * @throws TypeError for an unknown option; ConfigError for a host that is not a loopback address when there is no
 * token, for unknown roles and for values out of range
 * @example
 * const server = createServer({ database: process.env.DATABASE_URL, port: 0 })
 * await server.start()
 * console.log(server.url)   // http://127.0.0.1:43210
 */
export function createServer(options: ServerOptions): Server {
  requireServerOptions(options);
  requireSafeAddress({ host: options.host ?? DEFAULT_HOST, token: options.token });
  return new TaskQueueServer(options);
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8123;
const METRICS_QUEUES = 200;

class TaskQueueServer implements Server {
  readonly #http: Pick<ServerOptions, 'host' | 'port' | 'moveBusyPort' | 'grpcPort' | 'tls' | 'token' | 'publicUrl'>;
  readonly #lifecycle = new Lifecycle('server');
  readonly #readiness: Readiness;
  readonly #dispatcher: Dispatcher | undefined;
  readonly #scheduler: Scheduler | undefined;
  readonly #connection: pg.ClientConfig;
  readonly #pool: pg.Pool;
  readonly #holdCopies: boolean;
  readonly #limits: Quotas | undefined;
  readonly #allowUrls: readonly string[];
  readonly #stopSeconds: number;
  readonly #logger: Logger;
  readonly #waits: Waits | undefined;
  readonly #metricsQueues: number;
  readonly #taskTokens: TaskTokens;
  readonly #rules: HttpTaskRules;
  readonly #emulator: EmulatorOptions;
  #ports: OpenPorts | undefined;
  #console: Console | undefined;
  #dispatching = false;

  constructor(options: ServerOptions) {
    const { host, port, moveBusyPort, grpcPort, tls, publicUrl, httpConnections, token, ...served } = options;
    const { roles: given, ...others } = served;
    const { issuer, audience, idTokenKey, oauthTokenCommand, emulator = {}, ...rest } = others;
    const runs = (role: ServerRole) => readRoles(given).includes(role);
    const logger = givenLogger(options.logger, 'info');
    const { holdCopies = false, limits, stopSeconds = STOP_SECONDS, metricsQueues, ...dispatching } = rest;
    const { database } = dispatching;
    const taskTokens = taskTokenOptions({ issuer, audience, idTokenKey, oauthTokenCommand }, () => this.url);
    this.#emulator = emulator;
    this.#holdCopies = holdCopies;
    this.#limits = limits;
    this.#allowUrls = dispatching.allowUrls ?? [];
    this.#stopSeconds = stopSeconds;
    this.#metricsQueues = metricsQueues ?? METRICS_QUEUES;
    this.#logger = logger;
    this.#http = { host, port, moveBusyPort, grpcPort, tls, token, publicUrl: publicOrigin(publicUrl) };
    this.#readiness = new Readiness(database);
    const connection = connectionConfig(database, 'pgtaskqueue http');
    this.#connection = connection;
    const most = wholeNumberIn('httpConnections', httpConnections, 1, 100) ?? HTTP_CONNECTIONS;
    this.#pool = openPool(connection, runs('http') ? most : OTHER_CONNECTIONS, logger);
    if (runs('http')) this.#waits = new Waits(connection, (message) => logger.warn(message));
    const executor = executorOf(this.#pool);
    this.#taskTokens = new TaskTokens(taskTokens, { load: () => listKeys(executor), clock: systemClock, logger });
    this.#rules = httpTaskRules(executor, this.#taskTokens, systemClock);
    if (runs('dispatcher')) this.#dispatcher = new Dispatcher(defined({ ...dispatching, taskTokens, logger }));
    if (runs('scheduler')) this.#scheduler = new Scheduler({ database, logger });
  }

  get url(): string {
    return this.#opened.url;
  }

  get grpcUrl(): string {
    return this.#opened.grpcUrl;
  }

  get #opened(): OpenPorts {
    if (this.#ports) return this.#ports;
    throw new Error('the server has no address before it has started');
  }

  start(): Promise<void> {
    return this.#lifecycle.start(() => this.#open());
  }

  stop(): Promise<void> {
    return this.#lifecycle.stop(() => this.#close());
  }

  async #open(): Promise<void> {
    const { host = DEFAULT_HOST, port = DEFAULT_PORT, moveBusyPort = false, token, publicUrl, ...rest } = this.#http;
    try {
      await this.#readiness.require();
      if (this.#holdCopies) await this.#hold();
      if (this.#limits) await setQuotas(executorOf(this.#pool), this.#limits);
      for (const entry of this.#allowUrls) await allowUrl(executorOf(this.#pool), entry); // before the API is open
      const metrics = await this.#metrics();
      const leased: LeasedHook = (queue, tasks) => metrics.leasedOverHttp(queue, tasks);
      const prepares = await keepsBackends(this.#connection);
      const hooks = { leased, autoCreate: this.#emulator.autoCreate };
      const backend = createBackend(executorOf(this.#pool, prepares), this.#rules, hooks);
      const authority = authorityOf(token, host, backend.executor);
      const app = createApp({
        token,
        bind: host,
        publicUrl,
        readiness: () => this.#problem(),
        executor: backend.executor,
        backend,
        waits: this.#waits,
        taskTokens: this.#waits && this.#taskTokens,
        emulator: this.#emulator.controls,
        metrics,
        console: this.#openConsole(authority, backend.executor, metrics),
        version: PACKAGE_VERSION,
      });
      const more = { grpc: this.#grpc(authority, backend), logger: this.#logger };
      this.#ports = await openPorts(app.fetch, { host, port, moveBusyPort, ...rest, ...more });
      await this.#console?.start();
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

  #grpc(authority: Authority, backend: Backend): GrpcConnections | undefined {
    if (!this.#waits) return undefined;
    const load = async () => {
      const grpc = await loadGrpc();
      return grpc && createGrpcService(grpc, { operations, backend, authority, readiness: () => this.#problem() });
    };
    return new GrpcConnections(load, this.#logger);
  }

  /** Loaded only by a server: prom-client is not needed otherwise. */
  async #metrics(): Promise<Metrics> {
    const { Metrics } = await import('../metrics/metrics.ts');
    const source = { executor: executorOf(this.#pool), dispatcher: this.#dispatcher };
    return new Metrics({ ...source, queues: this.#metricsQueues });
  }

  #openConsole(authority: Authority, executor: Executor, metrics: Metrics): Console | undefined {
    const source = { executor, authority, http: this.#http, metrics, database: this.#connection, logger: this.#logger };
    this.#console = this.#waits && openConsole({ ...source, dispatcher: this.#dispatcher });
    return this.#console;
  }

  async #hold(): Promise<void> {
    const queues = await pauseCopiedQueues(executorOf(this.#pool));
    if (queues > 0)
      this.#logger.warn('this database is a copy: its push queues are paused until they are resumed', { queues });
  }

  async #close(): Promise<void> {
    const waits = this.#waits?.close(); // answers calls that wait for work
    await this.#console?.stop();
    await Promise.all([
      this.#dispatcher?.stop({ deadlineSeconds: this.#stopSeconds }),
      this.#scheduler?.stop(),
      this.#ports?.close(),
      this.#console?.stop(),
    ]);
    const pool = this.#pool.ending ? undefined : this.#pool.end();
    await Promise.race([Promise.all([waits, pool]), systemClock.sleep(CLOSE_MS)]);
  }
}
