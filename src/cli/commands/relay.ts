// `pgtaskqueue relay`

import type { Command } from 'commander';
import { lazily } from './verbs.ts';

/** Adds the command `relay`. */
export function addRelayCommand(program: Command): void {
  program
    .command('relay')
    .description('Turn the rows of outbox tables in other stores into tasks of this database')
    .option('--config <file>', 'YAML file with the sources: name, url, table (taskqueue_outbox), poll_seconds (1)')
    .option('--print-table [name]', 'print the statements that create an outbox, and exit')
    .option('--once', 'relay what is there and exit')
    .option('--port <port>', 'serve /metrics and /healthz on this port')
    .option('--host <address>', 'address for --port (default: 127.0.0.1)')
    .addHelpText('after', '\nExample:\n  pgtaskqueue relay --print-table\n  pgtaskqueue relay --config relay.yaml')
    .action(lazily(() => import('../actions/relay.ts'), 'relay'));
}
