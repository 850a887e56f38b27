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

/** What a server of these settings serves: its cells, or one database. */
export function servedBy(config: Config): Pick<ServerOptions, 'database' | 'cells' | 'defaultCell'> {
  const { cells, defaultCell } = config;
  if (cells.length === 0) return { database: requireDatabase(config).connection };
  const entries = cells.map(({ name, database }) => [name, { database: database.connection }] as const);
  return { cells: Object.fromEntries(entries), defaultCell };
}
