// The server: a port, and behind it one database or several cells, each with a dispatcher, a scheduler, the REST API
// and gRPC, all or some of them.

import { operations } from '../cloud-tasks/operations.ts';
import { loadGrpc } from '../grpc/load.ts';
import { createGrpcService } from '../grpc/service.ts';
import { givenLogger } from '../runtime/given-logger.ts';
import type { Logger } from '../runtime/logger.ts';
import { Lifecycle } from '../runtime/service.ts';
import { Cell } from './cell.ts';
import { ServedCells } from './cells.ts';
import { requireSafeAddress } from './config.ts';
import { publicOrigin, wholeNumberIn } from './config-values.ts';
import { GrpcConnections } from './grpc-connections.ts';
import { type OpenPorts, openPorts } from './ports.ts';
import { readRoles } from './roles.ts';
import type { Served } from './served.ts';
import { requireServerOptions, type Server, type ServerOptions } from './server-options.ts';

/**
 * Creates a server; nothing happens before `start()`.
 *
 * With a `database`, `start` rejects with SchemaVersionError when this program cannot run on the schema (run
 * `pgtaskqueue migrate`), and with TransientError when the database cannot be reached. With `cells` it resolves when
 * the port is open; each cell is tried until its database works. In both cases it rejects with PortBusy when the port
 * is in use. `stop` stops claiming, waits at most `stopSeconds` for running deliveries, and closes; deliveries that are
 * cut off are retried after their back-off.
 *
 * @throws TypeError for an unknown option, and unless there is either a database or cells; ConfigError for a host that
 * is not a loopback address when there is no token, for unknown roles and for values out of range
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

class TaskQueueServer implements Server {
  readonly #options: ServerOptions;
  readonly #host: string;
  readonly #logger: Logger;
  readonly #lifecycle = new Lifecycle('server');
  readonly #served: Served;
  readonly #servesHttp: boolean;
  #ports: OpenPorts | undefined;

  constructor(options: ServerOptions) {
    const { database, cells, host = DEFAULT_HOST, httpConnections } = options;
    const logger = givenLogger(options.logger, 'info');
    const roles = readRoles(options.roles);
    const checked = {
      publicUrl: publicOrigin(options.publicUrl),
      httpConnections: wholeNumberIn('httpConnections', httpConnections, 1, 100),
    };
    const { concurrency, defaultCell } = options;
    const shared = { ...options, ...checked, host, roles, logger, concurrency, defaultCell, url: () => this.url };
    this.#options = options;
    this.#host = host;
    this.#logger = logger;
    this.#servesHttp = roles.includes('http');
    this.#served =
      database === undefined
        ? new ServedCells({ ...shared, cells: cells ?? {} })
        : new Cell({ ...shared, database, name: undefined, base: '', databases: undefined });
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
    const { port = DEFAULT_PORT, moveBusyPort = false, grpcPort, tls } = this.#options;
    try {
      await this.#served.open();
      const listening = { host: this.#host, port, moveBusyPort, grpcPort, tls, logger: this.#logger };
      this.#ports = await openPorts((...request) => this.#served.fetch(...request), {
        ...listening,
        grpc: this.#grpc(),
      });
      await this.#served.run();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  #grpc(): GrpcConnections | undefined {
    if (!this.#servesHttp) return undefined;
    const load = async () => {
      const grpc = await loadGrpc();
      return grpc && createGrpcService(grpc, { operations, ...this.#served.calls });
    };
    return new GrpcConnections(load, this.#logger);
  }

  async #close(): Promise<void> {
    await this.#served.endRequests();
    await Promise.all([this.#served.stop(), this.#ports?.close()]);
    await this.#served.disconnect();
  }
}
