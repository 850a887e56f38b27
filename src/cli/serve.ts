// `pgtaskqueue serve`: the server on an existing database.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseSettingsFile } from '../files/settings-file.ts';
import { jsonLogger } from '../runtime/logger.ts';
import { STOP_SECONDS } from '../runtime/service.ts';
import { requireDatabase, requireSafeAddress, VARIABLES } from '../server/config.ts';
import { stopOnSignal } from '../server/shutdown.ts';
import { duration } from './arguments.ts';
import { prepare } from './connect.ts';
import { LIMITS_HELP } from './limits-option.ts';

interface ServeFlags {
  host?: string;
  port?: string;
  allowUrl?: string[];
  holdCopies?: boolean;
  limits?: string;
  stopSeconds?: number;
  config?: string;
}

const STOP_OPTION =
  'how long deliveries may go on after Ctrl-C or SIGTERM; then they are cut off, and have failed (default: 25)';

/** Adds the command `serve`. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the server and its dispatcher on an existing database')
    .option('--host <address>', 'address to listen on; any but loopback needs PGTASKQUEUE_TOKEN (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on (default: 8123)')
    .option(
      '--allow-url <host...>',
      'hosts (names, *.example.com, *) and addresses (CIDR) that tasks may name themselves',
    )
    .option('--hold-copies', 'pause the push queues of a database that is a copy of another, until they are resumed')
    .option('--limits <limits>', LIMITS_HELP)
    .option('--stop-seconds <duration>', STOP_OPTION, duration)
    .option(
      '--config <file>',
      'YAML file of settings: the PGTASKQUEUE_… variables without their prefix, such as port: 8200; the environment goes before it',
    )
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://app@db/shop pgtaskqueue serve')
    .action(serve);
}

async function serve({ config: file, allowUrl, ...flags }: ServeFlags, command: Command): Promise<void> {
  const settings = file === undefined ? {} : parseSettingsFile(readFileSync(file), file, Object.keys(VARIABLES));
  const { config, output } = prepare(command, { ...flags, allowUrls: allowUrl, settings });
  requireSafeAddress(config);
  const { connection, label } = requireDatabase(config);
  const { createServer } = await import('../server/server.ts'); // the other commands start sooner without it
  const server = createServer({ ...config, database: connection, logger: jsonLogger() });
  await server.start();
  const stopped = stopOnSignal(
    () => server.stop(),
    config.stopSeconds ?? STOP_SECONDS,
    () => output.warn('Stopping …'),
  );
  const access = config.token === undefined ? 'this machine only, no token' : 'with the token';
  output.result(`Serving ${label} at ${server.url} (${access}). Ctrl-C stops.`, { url: server.url, database: label });
  await stopped;
}
