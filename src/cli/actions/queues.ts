// `pgtaskqueue queues …`: inspecting and changing queues.

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
import type { Given } from '../commands/flags.ts';
import { queueSettings } from '../commands/queue-flags.ts';
import { confirm } from '../confirm.ts';
import { onDatabase, onDatabases, type Session } from '../connect.ts';
import { formatTime } from '../display/durations.ts';
import { describeQueueText, QUEUE_COLUMNS, storageText } from '../display/queue-text.ts';

export const list = onDatabases(async ({ database, output }: Session) => {
  const queues = await listQueues(database);
  const storage = await readStorage(database);
  output.result(`${output.table(QUEUE_COLUMNS, queues)}${storage ? `\n\n${storageText(storage)}` : ''}`, queues);
});

export const describe = onDatabase(async ({ database, output }: Session, name: string) => {
  const queue = await describeQueue(database, name);
  output.result(describeQueueText(queue), queue);
});

export const create = onDatabase(async ({ database, output }: Session, name: string, given: Given) => {
  const queue = await createQueue(database, name, queueSettings(given));
  output.result(`Created ${queue.mode} queue ${queue.name}.`, queue);
});

export const update = onDatabase(async ({ database, output }: Session, name: string, given: Given) => {
  const { retry, ...settings } = queueSettings(given);
  // The database replaces the whole retry block; on the command line, parameters that are left out stay.
  const whole = retry && { retry: { ...(await describeQueue(database, name)).retry, ...retry } };
  const queue = await updateQueue(database, name, { ...settings, ...whole });
  output.result(`Updated queue ${queue.name}.`, queue);
});

export const remove = onDatabase(
  async ({ database, output, config }: Session, name: string, { yes }: { yes?: boolean }) => {
    await confirm(async () => `Delete queue ${name} with its ${await countOf(database, name)}?`, {
      yes,
      cell: config.cell,
    });
    const tasks = await deleteQueue(database, name);
    output.result(`Deleted queue ${name} and its ${plural(tasks)}.`, { name, tasks });
  },
);

export const pause = onDatabase(
  async ({ database, output }: Session, name: string, { reason, for: seconds }: { reason?: string; for?: number }) => {
    const until = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
    const queue = await pauseQueue(database, name, { reason, until });
    const end = queue.pausedUntil ? ` until ${formatTime(queue.pausedUntil)}` : '';
    output.result(`Paused queue ${queue.name}${end}.`, queue);
  },
);

export const resume = onDatabase(async ({ database, output }: Session, name: string) => {
  const queue = await resumeQueue(database, name);
  output.result(`Resumed queue ${queue.name}.`, queue);
});

export const purge = onDatabase(
  async ({ database, output, config }: Session, name: string, { yes }: { yes?: boolean }) => {
    await confirm(async () => `Delete ${await countOf(database, name)} from queue ${name}?`, {
      yes,
      cell: config.cell,
    });
    const tasks = await purgeQueue(database, name);
    output.result(`Purged ${plural(tasks)} from queue ${name}.`, { name, tasks });
  },
);

async function countOf(database: Session['database'], name: string): Promise<string> {
  return plural((await describeQueue(database, name)).tasks);
}

const plural = (tasks: number) => `${tasks} ${tasks === 1 ? 'task' : 'tasks'}`;
