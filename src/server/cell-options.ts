// The options of a cell: those of its server, and what tells it from others.

import type { DispatcherOptions } from '../dispatcher/options.ts';
import type { ConnectionSource } from '../postgres/connection-settings.ts';
import type { Logger } from '../runtime/logger.ts';
import type { DatabasesInUse } from './databases-in-use.ts';
import { type Defined, defined } from './defined.ts';
import type { ServerRole } from './roles.ts';
import type { ServerOptions } from './server-options.ts';

type OfServer = Omit<ServerOptions, 'database' | 'cells' | 'defaultCell' | 'port' | 'moveBusyPort' | 'grpcPort'>;

export interface CellOptions extends Omit<OfServer, 'concurrency'> {
  database: ConnectionSource;
  /** Undefined: the server has one database, which has no name. */
  name: string | undefined;
  /** What precedes its paths: `/cells/NAME`, or nothing. */
  base: string;
  host: string;
  roles: readonly ServerRole[];
  logger: Logger;
  /** Of this process, or a share of it. */
  concurrency: DispatcherOptions['concurrency'] | undefined;
  /** The databases of all cells; undefined: there is one. */
  databases: DatabasesInUse | undefined;
  /** The address of the cell, once its server listens. */
  url: () => string;
}

/** What of it concerns its dispatcher. */
export function dispatcherOptions(
  { database, targets, signingKeys, allowUrls, concurrency, pollSeconds, telemetry, development }: CellOptions,
  own: Pick<DispatcherOptions, 'taskTokens' | 'logger'>,
): DispatcherOptions {
  const given = { database, targets, signingKeys, allowUrls, concurrency, pollSeconds, telemetry, development };
  return defined({ ...given, ...own }) as Defined<DispatcherOptions>;
}
