// `pgtaskqueue serve`: the server on an existing database.

import type { Command } from 'commander';
import { createLogger } from '../../runtime/create-logger.ts';
import { STOP_SECONDS } from '../../runtime/service.ts';
import { requireSafeAddress } from '../../server/config.ts';
import { registeredTelemetry } from '../../server/registered-telemetry.ts';
import { ROLES } from '../../server/roles.ts';
import { createServer } from '../../server/server.ts';
import { stopOnSignal } from '../../server/shutdown.ts';
import { prepare } from '../connect.ts';
import { optionsOfServer, servedBy } from '../options-of-server.ts';
import type { GlobalOptions } from '../output.ts';

interface ServeFlags {
  host?: string;
  port?: string;
  grpcPort?: string;
  tlsCert?: string;
  tlsKey?: string;
  publicUrl?: string;
  httpConnections?: string;
  allowUrl?: string[];
  holdCopies?: boolean;
  limits?: string;
  stopSeconds?: number;
  metricsQueues?: string;
  issuer?: string;
  audience?: string;
  oauthTokenCommand?: string;
  roles?: string;
  logLevel?: string;
  logFormat?: string;
}

export async function serve({ allowUrl, ...flags }: ServeFlags, command: Command): Promise<void> {
  const { config, output } = await prepare(command, { ...flags, allowUrls: allowUrl });
  requireSafeAddress(config);
  const served = servedBy(config, command.optsWithGlobals<GlobalOptions>().cell);
  const { logLevel: level, logFormat: format, noColor } = config;
  const logger = createLogger({ level, format, ...(noColor && { colours: false }) });
  const telemetry = await registeredTelemetry();
  const server = createServer({ ...optionsOfServer(config), ...served, logger, telemetry });
  let stopping = false;
  // Before the start: as process 1 of a container it would ignore the signal otherwise.
  const stopped = stopOnSignal(
    () => server.stop(),
    config.stopSeconds ?? STOP_SECONDS,
    () => {
      stopping = true;
      output.warn('Stopping …');
    },
  );
  await server.start();
  if (stopping) return stopped;
  const access = config.token === undefined ? 'loopback only, no token' : 'with a token';
  const parts = config.roles.length < ROLES.length ? `; only ${config.roles.join(' and ')}` : '';
  const pages = config.roles.includes('http') ? `${config.publicUrl ?? server.url}/console` : undefined;
  const shown = pages === undefined ? '' : ` The console: ${pages}.`;
  const cells = Object.keys(served.cells ?? {});
  const label = cells.length > 0 ? `cells ${cells.join(', ')}` : config.database?.label;
  output.result(`Serving ${label} at ${server.url} (${access}${parts}).${shown} Ctrl-C stops it.`, {
    url: server.url,
    console: pages,
    ...(cells.length > 0 ? { cells } : { database: label }),
    roles: config.roles,
  });
  await stopped;
}
