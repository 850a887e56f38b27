// `pgtaskqueue queues …`: looking at queues and changing them.

import type { Command } from 'commander';
import { readStorage } from '../../store/queue-configs.ts';
import {
  createQueue,
  deleteQueue,
  describeQueue,
  listQueues,
  pauseQueue,
  purgeQueue,
  resumeQueue,
  updateQueue,
} from '../../store/queues.ts';
import { duration } from '../arguments.ts';
import { addQueueOptions, type QueueFlags, queueSettings, refusePushFlags } from '../commands/queue-options.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, type Session } from '../connect.ts';
import { describeQueueText, queueTable, storageText } from '../display/queue-text.ts';
import { addQueueFileCommands } from './queue-files.ts';
import { addWatchCommand } from './watch.ts';

/** Adds the noun `queues` and its verbs. */
export function addQueueCommands(program: Command): void {
  const queues = program.command('queues').description('look at queues and change them');
  const verb = (usage: string, what: string, example: string) =>
    queues.command(usage).description(what).addHelpText('after', `\nExample:\n  pgtaskqueue queues ${example}`);

  verb('list', 'all queues, their settings and what they are doing', 'list').action(onDatabase(list));
  verb('describe <queue>', 'one queue', 'describe mail').action(onDatabase(describe));
  addQueueOptions(verb('create <queue>', 'make a queue', 'create mail --rate 50/s --bucket-size 20')).action(
    onDatabase(create),
  );
  addQueueOptions(verb('update <queue>', 'change settings; those left out stay', 'update mail --rate 10/s')).action(
    onDatabase(update),
  );
  verb('delete <queue>', 'remove a queue and its tasks', 'delete mail --yes')
    .option('--yes', 'do not ask')
    .action(onDatabase(remove));
  verb('pause <queue>', 'stop starting tasks; adding goes on', "pause mail --reason 'provider is down' --for 30m")
    .option('--reason <text>', 'why, for those who look')
    .option('--for <duration>', 'go on by itself after this time, such as 30m', duration)
    .action(onDatabase(pause));
  verb('resume <queue>', 'go on', 'resume mail').action(onDatabase(resume));
  addWatchCommand(queues);
  verb('purge <queue>', 'remove all tasks of a queue', 'purge mail --yes')
    .option('--yes', 'do not ask')
    .action(onDatabase(purge));
  addQueueFileCommands(queues);
}

async function list({ database, output }: Session): Promise<void> {
  const queues = await listQueues(database);
  const storage = await readStorage(database);
  output.result(`${queueTable(queues, output.colors)}${storage ? `\n\n${storageText(storage)}` : ''}`, queues);
}

async function describe({ database, output }: Session, name: string): Promise<void> {
  const queue = await describeQueue(database, name);
  output.result(describeQueueText(queue), queue);
}

async function create({ database, output }: Session, name: string, flags: QueueFlags): Promise<void> {
  refusePushFlags(flags);
  const queue = await createQueue(database, name, queueSettings(flags));
  output.result(`Created ${queue.mode} queue ${queue.name}.`, queue);
}

async function update({ database, output }: Session, name: string, flags: QueueFlags): Promise<void> {
  const { retry, ...settings } = queueSettings(flags);
  // The database replaces the whole retry block; at a terminal what is left out stays.
  const whole = retry && { retry: { ...(await describeQueue(database, name)).retry, ...retry } };
  const queue = await updateQueue(database, name, { ...settings, ...whole });
  output.result(`Updated queue ${queue.name}.`, queue);
}

async function remove({ database, output }: Session, name: string, { yes }: { yes?: boolean }): Promise<void> {
  await confirm(async () => `Delete queue ${name} with its ${await countOf(database, name)}?`, yes);
  const tasks = await deleteQueue(database, name);
  output.result(`Deleted queue ${name} and its ${plural(tasks)}.`, { name, tasks });
}

async function pause(
  { database, output }: Session,
  name: string,
  { reason, for: seconds }: { reason?: string; for?: number },
): Promise<void> {
  const until = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
  const queue = await pauseQueue(database, name, { reason, until });
  const end = queue.pausedUntil ? ` until ${queue.pausedUntil.toISOString()}` : '';
  output.result(`Paused queue ${queue.name}${end}.`, queue);
}

async function resume({ database, output }: Session, name: string): Promise<void> {
  const queue = await resumeQueue(database, name);
  output.result(`Resumed queue ${queue.name}.`, queue);
}

async function purge({ database, output }: Session, name: string, { yes }: { yes?: boolean }): Promise<void> {
  await confirm(async () => `Remove ${await countOf(database, name)} from queue ${name}?`, yes);
  const tasks = await purgeQueue(database, name);
  output.result(`Purged ${plural(tasks)} from queue ${name}.`, { name, tasks });
}

async function countOf(database: Session['database'], name: string): Promise<string> {
  return plural((await describeQueue(database, name)).tasks);
}

const plural = (tasks: number) => `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
