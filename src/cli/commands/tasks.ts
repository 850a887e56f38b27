// `pgtaskqueue tasks …`

import { type Command, Option } from 'commander';
import { duration, header, json, uuid, whole } from '../arguments.ts';
import { durationOption } from './duration-option.ts';
import { addFlags } from './flags.ts';
import { TASK_FLAGS } from './task-flags.ts';
import { acceptQueueOption, lazily, type MakeVerb, onQueue, verbsOf } from './verbs.ts';

const actions = () => import('../actions/tasks.ts');
const leases = () => import('../actions/leases.ts');
const endings = () => import('../actions/completed-tasks.ts');
const failures = () => import('../actions/task-failures.ts');

/** Methods of push tasks. */
const METHODS = ['POST', 'PUT', 'GET', 'HEAD', 'DELETE'];

/** Adds the noun `tasks` and its verbs. */
export function addTaskCommands(program: Command): void {
  const tasks = program.command('tasks').description('Add, inspect, run, delete and requeue tasks');
  const plainVerb = verbsOf(tasks);
  const verb: MakeVerb = (...given) => acceptQueueOption(plainVerb(...given));

  addFlags(
    verb('add <queue>', 'Add a task', `add mail --url /send --json-payload '{"to": "ada"}' --countdown 60s`),
    TASK_FLAGS,
  ).action(onQueue(lazily(actions, 'add')));
  verb('list <queue>', 'List the tasks of a queue, earliest ETA first', 'list mail --limit 20')
    .addOption(limit())
    .action(onQueue(lazily(actions, 'list')));
  verb(
    'describe <queue> <name>',
    'Show a task, live or dead, with its latest attempts',
    'describe mail receipt-7 --payload',
  )
    .option('--payload', 'also show its body')
    .action(onQueue(lazily(() => import('../actions/describe-task.ts'), 'describe')));
  verb(
    'run <queue> <name>',
    'Send a push task now, whatever its ETA and the state of its queue',
    'run mail receipt-7',
  ).action(onQueue(lazily(actions, 'run')));
  verb('explain <queue> <name>', 'Explain why a task has not run, or how it ended', 'explain mail receipt-7').action(
    onQueue(lazily(actions, 'explain')),
  );
  verb('delete <queue> <name>', 'Delete a task', 'delete mail receipt-7')
    .option('--lease-token <uuid>', 'only if this lease, as printed by lease, still holds the task', uuid)
    .action(onQueue(lazily(actions, 'remove')));
  addLeaseVerbs(verb);
  addSendVerb(plainVerb);
  addFailureVerbs(verb);
  addMovingVerbs(plainVerb);
}

function addLeaseVerbs(verb: MakeVerb): void {
  verb('lease <queue>', 'Lease due tasks of a pull queue', 'lease photos --lease-seconds 60s --max 10')
    .addOption(durationOption('--lease-seconds <duration>', 'how long the leases last', 60))
    .addOption(new Option('--max <n>', 'most tasks to lease').argParser(whole).default(1))
    .option('--tag <tag>', 'only tasks with this tag')
    .action(onQueue(lazily(leases, 'lease')));
  verb(
    'release <queue> <name>',
    'Release the lease of a task, so that others can lease it immediately',
    'release photos photo-7 --lease-token 5f0c…',
  )
    .requiredOption('--lease-token <uuid>', 'the lease, as printed by lease', uuid)
    .option('--error <text>', 'why the task failed; attempts shows it')
    .option('--retry-after <duration>', 'how long nobody can lease the task that failed', duration)
    .option('--permanent', 'the task that failed is not retried, but goes to the dead tasks')
    .action(onQueue(lazily(leases, 'release')));
}

function addSendVerb(verb: MakeVerb): void {
  verb(
    'send',
    'Send a signed request to a handler, as the dispatcher would; nothing is added to a queue',
    'send --url http://localhost:3000/send --key env:PUSH_SECRET --payload hello',
  )
    .requiredOption('--url <url>', 'a full URL, or a path at the target')
    .option('--queue <queue>', 'queue that the task claims to be from', 'default')
    .option('--name <name>', 'name of the task (default: generated)')
    .addOption(
      new Option('--method <method>', METHODS.join(', ')).default('POST').argParser((text) => text.toUpperCase()),
    )
    .option('--payload <text>', 'the body, as text')
    .option('--json-payload <json>', 'the body, as JSON', json)
    .option('--header <header>', "'name: value'; can be repeated", header)
    .option('--namespace <namespace>', 'tenant the task belongs to', '')
    .option('--retry-count <n>', 'how many attempts claim to have been made before', whole, 0)
    .addOption(durationOption('--dispatch-deadline <duration>', 'how long the handler may take', 600))
    .option('--target <name>', 'target whose base URL and keys are used for a path', 'default')
    .option('--key <reference>', 'sign with the secret of env:NAME or file:PATH (default: the keys of the target)')
    .addHelpText('after', '\nExits with 0 if the response is 2xx, with 1 if it is anything else or none arrives.')
    .action(lazily(() => import('../actions/send.ts'), 'send'));
}

function addFailureVerbs(verb: MakeVerb): void {
  verb(
    'attempts [queue] [name]',
    'List failed attempts, and successes after a failure, latest first: of a task, a queue or all queues',
    'attempts mail receipt-7',
  )
    .addOption(limit())
    .action(onQueue(lazily(failures, 'attempts')));
  verb('dead [queue]', 'List tasks that ran out of retries, latest first: of a queue or all queues', 'dead mail')
    .addOption(limit())
    .action(onQueue(lazily(failures, 'dead')));
  verb('completed <queue>', 'List the completed tasks that a queue keeps, latest first', 'completed mail --tag user-1')
    .option('--name <name>', 'only the task of this name')
    .option('--tag <tag>', 'only tasks with this tag')
    .addOption(limit())
    .action(onQueue(lazily(endings, 'completed')));
  verb('wait <queue> <name>', 'Wait until a task has ended, and say how', 'wait mail receipt-7 --timeout 30s')
    .addOption(durationOption('--timeout <duration>', 'give up after this time (default: never)'))
    .addHelpText('after', '\nExits with 1 if the task died, or has not ended in time.')
    .action(onQueue(lazily(endings, 'wait')));
  verb('requeue <queue> [name]', 'Put a dead task, or all of them, back into the queue', 'requeue mail --all')
    .option('--all', 'all dead tasks of the queue')
    .action(onQueue(lazily(failures, 'requeue')));
}

const limit = () => new Option('--limit <n>', 'most rows to show').argParser(whole).default(100);

function addMovingVerbs(verb: MakeVerb): void {
  const files = () => import('../actions/task-files.ts');
  const dead = () => new Option('--dead', 'also the dead tasks');
  verb(
    'move <queue>',
    'Move the waiting tasks of a queue to another cell while both are in use; it can be repeated',
    'move mail --cell eu --to us',
  )
    .requiredOption('--to <cell>', 'a cell, a connection string, or env:NAME or file:/path that has one')
    .addOption(dead())
    .action(lazily(() => import('../actions/move-tasks.ts'), 'move'));
  verb(
    'export <queue>',
    'Take the waiting tasks out of a queue and print them for tasks import; they are held until --finish',
    'export mail --file mail.ndjson',
  )
    .option('--file <file>', 'write them to this file')
    .addOption(dead())
    .option('--finish', 'forget what has been exported, after all of it has been imported')
    .option('--undo', 'give back to the queue what has been exported, if nothing of it has been imported')
    .option('--yes', 'do not ask for confirmation')
    .action(lazily(files, 'exportTasks'));
  verb(
    'import <queue> <file>',
    'Add the tasks that tasks export wrote, each once; it can be repeated',
    'import mail -',
  ).action(lazily(files, 'importTasks'));
}
