// `pgtaskqueue serve`

import { type Command, Option } from 'commander';
import { LOG_FORMATS, LOG_LEVELS } from '../../runtime/create-logger.ts';
import { durationOption } from './duration-option.ts';
import { LIMITS_HELP } from './limits-option.ts';
import { lazily } from './verbs.ts';

/** Adds the command `serve`. */
export function addServeCommand(program: Command): void {
  tokenOptions(shownOptions(program.command('serve')))
    .description('Run the server and its dispatcher on an existing database')
    .option(
      '--host <address>',
      'address to listen on; any but loopback requires PGTASKQUEUE_TOKEN (default: 127.0.0.1)',
    )
    .option('--port <port>', 'port to listen on, for HTTP and gRPC (default: 8123)')
    .option('--grpc-port <port>', 'port of its own for gRPC; then --port is for HTTP only')
    .option('--tls-cert <file>', 'PEM file of the certificate for HTTPS and gRPC with TLS; read again when it changes')
    .option('--tls-key <file>', 'PEM file of its private key')
    .option('--public-url <url>', 'https URL under which browsers know the server, behind a proxy that ends TLS')
    .option('--http-connections <number>', 'database connections for requests, 1 to 100 (default: 10)')
    .option(
      '--roles <roles>',
      'parts to run, separated by commas: http, dispatcher, scheduler (default: all); probes and metrics are always there',
    )
    .option(
      '--allow-url <host...>',
      'hosts that tasks may name in full URLs: names, *.example.com, *, addresses and CIDR ranges',
    )
    .option('--hold-copies', 'pause the push queues of a database that is a copy of another, until they are resumed')
    .option('--limits <limits>', LIMITS_HELP)
    .addOption(
      durationOption(
        '--stop-seconds <duration>',
        'how long running deliveries may take after Ctrl-C or SIGTERM; then they are cut off and count as failed (default: 25s)',
      ),
    )
    .option(
      '--config <file>',
      'YAML file of settings: the PGTASKQUEUE_… variables without their prefix, such as port: 8200; the environment takes precedence',
    )
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgresql://app@db/shop pgtaskqueue serve')
    .action(lazily(() => import('../actions/serve.ts'), 'serve'));
}

/** How requests of HTTP tasks are authorized. */
function tokenOptions(command: Command): Command {
  return command
    .option(
      '--issuer <url>',
      'issuer of the ID tokens of HTTP tasks: the URL at which handlers reach the server (default: the address it listens on)',
    )
    .option('--audience <audience>', 'audience of ID tokens whose task names none (default: the URL that is called)')
    .option(
      '--oauth-token-command <command>',
      'shell command that prints an access token for $OAUTH_ACCOUNT and $OAUTH_SCOPE (default: tasks have no oauthToken)',
    );
}

/** What is logged and measured. */
function shownOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--log-level <level>', 'lowest level of log entries that are written (default: info)').choices(
        LOG_LEVELS,
      ),
    )
    .addOption(
      new Option(
        '--log-format <format>',
        'format of log entries (default: pretty at a terminal, json elsewhere)',
      ).choices(LOG_FORMATS),
    )
    .option(
      '--metrics-queues <number>',
      'how many queues have values of their own in /metrics; the others are summed up (default: 200)',
    );
}
