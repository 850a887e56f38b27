// `pgtaskqueue dev`

import type { Command } from 'commander';
import { durationOption } from './duration-option.ts';
import { lazily } from './verbs.ts';

/** Adds the command `dev`. */
export function addDevCommand(program: Command): void {
  program
    .command('dev')
    .description('Run everything on this machine: an embedded PostgreSQL, the schema, the server and its dispatcher')
    .option('--port <port>', 'port of the HTTP server, or the next free one (default: 8123)')
    .option(
      '--public-url <url>',
      'https URL under which browsers know the server, behind a proxy or tunnel that ends TLS',
    )
    .option('--data-dir <folder>', 'where PostgreSQL keeps its data (default: .pgtaskqueue)')
    .option('--demo', 'also run a sample application')
    .option('--no-auto-run', 'hold tasks until you run them: tasks run, or select taskqueue.run_task(…)')
    .option('--ignore-rates', 'ignore rate limits, including a rate of 0')
    .option('--no-retries', 'do not retry: a task is dead after its first failed attempt')
    .option(
      '--forget-names',
      'make the names of finished tasks reusable at each start, and those of deleted and purged tasks immediately',
    )
    .option('--hard-reset-on-purge-queue', "the in-memory emulator's name for --forget-names")
    .option('--queues <names>', 'create these queues, with the defaults of Cloud Tasks; names are separated by commas')
    .option('--auto-create', 'create a queue when a request of Cloud Tasks names it and it does not exist')
    .option(
      '--ephemeral',
      'start with an empty database, which POST /reset empties and POST /clock moves in time; drop it at the end',
    )
    .addOption(
      durationOption('--stop-seconds <duration>', 'how long running deliveries may take after Ctrl-C (default: 3s)'),
    )
    .option(
      '--prove',
      'deliver each task twice, losing the first answer, and once more after a later task; report what the handler did',
    )
    .option('--prove-database <url>', "the application's database, whose rows are compared (default: that of dev)")
    .option('--prove-ignore <columns...>', 'columns whose changes do not count: updated_at, orders.seen, audit.*')
    .option('--once', 'run the demonstration, check its results and exit')
    .addHelpText('after', '\nExample:\n  pgtaskqueue dev --demo')
    .action(lazily(() => import('../actions/dev.ts'), 'dev'));
}
