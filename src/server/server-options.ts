// Options of a server, and the server as its users see it.

import type pg from 'pg';
import type { SigningSecrets } from '../dispatcher/delivery/request-keys.ts';
import type { FetchFunction } from '../dispatcher/delivery/targets.ts';
import type { DevelopmentOptions } from '../dispatcher/options.ts';
import { keysOf } from '../domain/known-keys.ts';
import type { Quotas } from '../domain/quotas.ts';
import { kindOf } from '../domain/text.ts';
import type { EmulatorControls } from '../http/emulator.ts';
import { connectionConfig } from '../postgres/connection-settings.ts';
import type { Logger } from '../runtime/logger.ts';
import { requireOptions } from '../runtime/option-checks.ts';
import type { Service } from '../runtime/service.ts';
import type { TelemetryOptions } from '../runtime/telemetry.ts';
import type { TlsFiles } from './certificate.ts';
import type { ServerRole } from './roles.ts';
import type { TokenSettings } from './task-token-options.ts';

/** How a server stands in for Cloud Tasks in tests. */
export interface EmulatorOptions {
  /** Create a queue with Cloud Tasks' defaults when a request names it and it does not exist; default false. */
  autoCreate?: boolean | undefined;
  /** Serve `POST /reset` and `/clock` to programs on this machine; default: neither is served. */
  controls?: EmulatorControls | undefined;
}

/** The database of a cell. */
export interface CellDatabase {
  /** A connection string or pg's settings. */
  database: string | pg.ClientConfig;
}

/** Options of a server. */
export interface ServerOptions extends TokenSettings {
  /** The database: a connection string or pg's settings. Either this or `cells` is required. */
  database?: string | pg.ClientConfig | undefined;
  /**
   * Several databases by name, each with its own taskqueue schema, that this server serves together: the HTTP side of
   * `eu` is below `/cells/eu`. Names have 1 to 40 of a-z, 0-9 and -, and begin with a letter.
   */
  cells?: Readonly<Record<string, CellDatabase>> | undefined;
  /** The cell of paths that name none; default the first one. */
  defaultCell?: string | undefined;
  /** Address to listen on; default 127.0.0.1. Any but loopback requires a token. */
  host?: string | undefined;
  /** Port, 0 … 65535; 0 takes a free one; default 8123. */
  port?: number | undefined;
  /** Take the next free port when this one is in use; default false. */
  moveBusyPort?: boolean | undefined;
  /**
   * Port of its own for gRPC, 0 … 65535; default: gRPC is served on `port`. It needs the package `@grpc/grpc-js`, which
   * is loaded when the first client of gRPC comes, or at the start if it has its own port.
   */
  grpcPort?: number | undefined;
  /**
   * Serve HTTPS and gRPC with TLS, with the certificate and the key in these PEM files. They are read again when they
   * change. Default: without TLS.
   */
  tls?: TlsFiles | undefined;
  /**
   * The https URL under which browsers know the server, such as `https://tasks.example.com`, if a proxy in front of it
   * ends TLS. People can sign in to the console there. Default: as the server listens.
   */
  publicUrl?: string | undefined;
  /** Database connections for requests over HTTP and gRPC: 1 … 100, default 10. They are opened as they are needed. */
  httpConnections?: number | undefined;
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
  /** Stand in for Cloud Tasks in tests, as `pgtaskqueue dev` does; default: no. */
  emulator?: EmulatorOptions | undefined;
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
  /** Base URL of gRPC, which is `url` unless gRPC has a port of its own. */
  readonly grpcUrl: string;
}

const KEYS = keysOf<keyof ServerOptions>({
  ...{ database: 1, cells: 1, defaultCell: 1 },
  ...{ host: 1, port: 1, moveBusyPort: 1, grpcPort: 1, tls: 1, publicUrl: 1, httpConnections: 1 },
  ...{ token: 1, targets: 1, signingKeys: 1, allowUrls: 1, holdCopies: 1, limits: 1, roles: 1, concurrency: 1 },
  ...{ pollSeconds: 1, metricsQueues: 1, stopSeconds: 1, telemetry: 1, development: 1, emulator: 1, logger: 1 },
  ...{ issuer: 1, audience: 1, idTokenKey: 1, oauthTokenCommand: 1 },
});

/** @throws TypeError for anything but an object with known options, and either a database or cells */
export function requireServerOptions(options: ServerOptions): void {
  requireOptions(options, KEYS, 'the options of createServer');
  const { database, cells, defaultCell } = options;
  if (cells === undefined) {
    if (defaultCell !== undefined) throw new TypeError('defaultCell must name one of the cells, and there are none');
    connectionConfig(database as string, ''); // which checks it
    return;
  }
  if (database !== undefined) throw new TypeError('database and cells must not be given together');
  requireCells(cells, defaultCell);
}

const CELL_NAME = /^[a-z][a-z0-9-]{0,39}$/;

function requireCells(cells: Readonly<Record<string, CellDatabase>>, defaultCell: string | undefined): void {
  if (typeof cells !== 'object' || Object.keys(cells ?? {}).length === 0)
    throw new TypeError(`cells must have the database of at least one name, got ${kindOf(cells)}`);
  for (const [name, cell] of Object.entries(cells)) {
    if (!CELL_NAME.test(name))
      throw new TypeError(`the name of a cell must be 1 to 40 of a-z, 0-9 and -, and begin with a letter, got ${name}`);
    requireOptions(cell, ['database'], `cell ${name}`);
    connectionConfig(cell.database, ''); // which checks it
  }
  if (defaultCell !== undefined && !Object.hasOwn(cells, defaultCell))
    throw new TypeError(`defaultCell must be one of ${Object.keys(cells).join(', ')}, got ${defaultCell}`);
}
