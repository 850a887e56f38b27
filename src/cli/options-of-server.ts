// The settings of the command line that are options of a server.

import type { Config } from '../server/config.ts';

/** The options of the command itself: its log, and where its PostgreSQL is. */
type Own =
  | 'cells'
  | 'defaultCell'
  | 'cell'
  | 'logLevel'
  | 'logFormat'
  | 'noColor'
  | 'dataDir'
  | 'embeddedFrom'
  | 'embeddedUser';

/** Returns the settings without those of the command itself, which a server does not know. */
export function optionsOfServer(config: Config): Omit<Config, Own> {
  const { cells, defaultCell, cell, logLevel, logFormat, noColor, dataDir, embeddedFrom, embeddedUser, ...settings } =
    config;
  return settings;
}
