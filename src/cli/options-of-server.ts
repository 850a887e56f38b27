// The settings of the command line that are options of a server.

import { type Config, requireDatabase } from '../server/config.ts';
import type { ServerOptions } from '../server/server-options.ts';

/** The options of the command itself: what it works on, its log, and where its PostgreSQL is. */
type Own =
  | ('database' | 'cells' | 'defaultCell' | 'cell')
  | ('logLevel' | 'logFormat' | 'noColor' | 'dataDir' | 'embeddedFrom' | 'embeddedUser');

/** Returns the settings without those of the command itself, which a server does not know. */
export function optionsOfServer(config: Config): Omit<Config, Own> {
  const { database, cells, defaultCell, cell, ...rest } = config;
  const { logLevel, logFormat, noColor, dataDir, embeddedFrom, embeddedUser, ...settings } = rest;
  return settings;
}

/**
 * What a server of these settings serves: its cells, or one database.
 *
 * @param chosen the only cell to serve, at the same address; undefined: all of them
 */
export function servedBy(
  config: Config,
  chosen: string | undefined,
): Pick<ServerOptions, 'database' | 'cells' | 'defaultCell'> {
  if (config.cells.length === 0) return { database: requireDatabase(config).connection };
  const cells = config.cells.filter(({ name }) => chosen === undefined || name === chosen);
  const defaultCell = chosen ?? config.defaultCell;
  const entries = cells.map(({ name, database }) => [name, { database: database.connection }] as const);
  return { cells: Object.fromEntries(entries), defaultCell };
}
