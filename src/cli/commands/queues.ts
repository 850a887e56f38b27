// `pgtaskqueue queues …`

import { type Command, Option } from 'commander';
import { whole } from '../arguments.ts';
import { durationOption } from './duration-option.ts';
import { addFlags } from './flags.ts';
import { QUEUE_FLAGS } from './queue-flags.ts';
import { everyCell, lazily, type MakeVerb, verbsOf } from './verbs.ts';

const actions = () => import('../actions/queues.ts');
const files = () => import('../actions/queue-files.ts');

/** Adds the noun `queues` and its verbs. */
export function addQueueCommands(program: Command): void {
  const queues = program.command('queues').description('Manage queues');
  const verb = verbsOf(queues);

  verb('list', 'List all queues with their settings and current activity', 'list')
    .addOption(everyCell())
    .action(lazily(actions, 'list'));
  verb('describe <queue>', 'Show one queue in detail', 'describe mail').action(lazily(actions, 'describe'));
  addFlags(verb('create <queue>', 'Create a queue', 'create mail --rate 50/s --bucket-size 20'), QUEUE_FLAGS).action(
    lazily(actions, 'create'),
  );
  addFlags(
    verb('update <queue>', 'Change settings of a queue; those you leave out stay', 'update mail --rate 10/s'),
    QUEUE_FLAGS,
  ).action(lazily(actions, 'update'));
  verb('delete <queue>', 'Delete a queue and its tasks; the name cannot be reused for seven days', 'delete mail --yes')
    .addOption(yes())
    .action(lazily(actions, 'remove'));
  verb(
    'pause <queue>',
    'Stop starting tasks; tasks can still be added',
    "pause mail --reason 'provider is down' --for 30m",
  )
    .option('--reason <text>', 'why, for others to see')
    .addOption(durationOption('--for <duration>', 'resume automatically after this time, such as 30m'))
    .action(lazily(actions, 'pause'));
  verb('resume <queue>', 'Resume a paused queue', 'resume mail').action(lazily(actions, 'resume'));
  verb('watch', 'Live view of throughput, depth and time to empty; Ctrl-C ends it', 'watch --interval 5s')
    .addOption(durationOption('--interval <duration>', 'time between two refreshes', 2))
    .option('--count <n>', 'end after this many refreshes', whole)
    .action(lazily(() => import('../actions/watch.ts'), 'watch'));
  verb('purge <queue>', 'Delete all tasks of a queue', 'purge mail --yes')
    .addOption(yes())
    .action(lazily(actions, 'purge'));
  addFileVerbs(verb);
}

function addFileVerbs(verb: MakeVerb): void {
  verb(
    'apply <file>',
    'Make the queues match queue.yaml or queue.xml: show the plan, ask, and apply all of it or nothing',
    'apply queue.yaml --dry-run',
  )
    .option('--dry-run', 'only show the plan; exit with 1 if there are differences')
    .addOption(yes())
    .option('--lenient', 'ignore rates of pull queues, with a warning')
    .option('--disable-all', 'disable every queue that the file does not list, including those made with create')
    .addOption(everyCell())
    .action(lazily(files, 'apply'));
  verb('export', 'Print the queues as queue.yaml', 'export > queue.yaml').action(lazily(files, 'exportQueues'));
}

const yes = () => new Option('--yes', 'do not ask for confirmation');
