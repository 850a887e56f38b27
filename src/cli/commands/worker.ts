// `pgtaskqueue worker`

import { type Command, Option } from 'commander';
import { duration, whole } from '../arguments.ts';
import { durationOption } from './duration-option.ts';
import { acceptQueueOption, lazily, onQueue } from './verbs.ts';

/** Adds the command `worker`. */
export function addWorkerCommand(program: Command): void {
  const worker = program
    .command('worker <queue>')
    .description(
      'Run a shell command for each task of a pull queue; exit code 0 completes the task, any other retries it',
    )
    .requiredOption(
      '--exec <command>',
      'the command; it gets the payload on standard input, and PGTASKQUEUE_TASK_NAME and related variables',
    )
    .option('--concurrency <n>', 'how many commands may run at the same time', whole, 1)
    .addOption(
      durationOption(
        '--lease-seconds <duration>',
        'how long a task is leased; the lease is renewed while its command runs',
        60,
      ),
    )
    .option('--tag <tag>', 'only tasks with this tag')
    .option(
      '--deadline <duration>',
      'how long a command may run before it is terminated and counts as failed',
      duration,
    )
    .option(
      '--stop-seconds <duration>',
      'how long running commands may take to finish after Ctrl-C or SIGTERM; then they are terminated and count as failed (default: 25s)',
      duration,
    )
    .addOption(new Option('--grace <duration>', 'the former name of --stop-seconds').argParser(duration).hideHelp())
    .addHelpText(
      'after',
      `\nExample:\n  pgtaskqueue worker photos --concurrency 4 --exec 'convert - -resize 300 "$PGTASKQUEUE_TASK_NAME.png"'`,
    );
  acceptQueueOption(worker).action(onQueue(lazily(() => import('../actions/worker.ts'), 'work')));
}
