// The flags of a queue's settings.

import { Option } from 'commander';
import type { DeathNotices, NewQueue, QueueMode } from '../../domain/queue.ts';
import { duration, whole } from '../arguments.ts';
import { UsageError } from '../exit-codes.ts';
import { type FlagsOf, flag, type Given, type PropertyFlags, readFlags } from './flags.ts';
import { retryBlock } from './retry-flags.ts';

const mode: PropertyFlags<QueueMode> = {
  options: [
    new Option('--mode <mode>', 'push: tasks are sent to handlers; pull: workers lease them').choices(['push', 'pull']),
  ],
  read: (given) => given.mode as QueueMode | undefined,
};

const acl: PropertyFlags<readonly Record<string, string>[]> = {
  options: [
    new Option('--user <email...>', 'pull queues: who may lease tasks over HTTP'),
    new Option('--writer <email...>', 'pull queues: who may add tasks over HTTP'),
  ],
  read: ({ user, writer }) => {
    if (user === undefined && writer === undefined) return undefined;
    const entries = (key: string, emails: unknown = []) => (emails as string[]).map((email) => ({ [key]: email }));
    return [...entries('user_email', user), ...entries('writer_email', writer)];
  },
};

const onDead: PropertyFlags<DeathNotices> = {
  options: [
    new Option('--on-dead-queue <queue>', "add a task to this queue for each task that dies; '' for none"),
    new Option('--on-dead-url <path>', 'the handler of those tasks'),
  ],
  read: ({ onDeadQueue: queue, onDeadUrl: url }) => {
    if (queue === '') return {};
    if (queue === undefined && url === undefined) return undefined;
    if (queue === undefined) throw new UsageError('--on-dead-url needs --on-dead-queue');
    return { queue: queue as string, ...(url === undefined ? {} : { url: url as string }) };
  },
};

/** The flags of `queues create` and `queues update`. */
export const QUEUE_FLAGS: FlagsOf<NewQueue> = {
  mode,
  rate: flag('--rate <rate>', 'most tasks to start per unit of time, such as 5/s, 100/m or 2000/d'),
  bucketSize: flag('--bucket-size <n>', 'how many tasks may start at the same time after an idle time', whole),
  maxConcurrentRequests: flag('--max-concurrent-requests <n>', 'most requests at the same time', whole),
  target: flag('--target <name>', 'target of all tasks of the queue, overriding their own'),
  retry: retryBlock,
  tombstoneTtlSeconds: flag(
    '--tombstone-ttl <duration>',
    'how long the name of a finished task cannot be reused, up to 365d (default: 9d)',
    duration,
  ),
  acl,
  deadRetentionSeconds: flag('--dead-retention <duration>', 'how long dead tasks are kept (default: 7d)', duration),
  attemptRetentionSeconds: flag(
    '--attempt-retention <duration>',
    'how long recorded attempts are kept (default: 7d)',
    duration,
  ),
  keepCompleted: flag(
    '--keep-completed <which>',
    'completed tasks to keep: none, failures (those that had failed before), all, or a share such as 10%',
  ),
  completedRetentionSeconds: flag(
    '--completed-retention <duration>',
    'how long completed tasks are kept (default: 7d)',
    duration,
  ),
  onDead,
};

/**
 * The settings that the flags describe.
 *
 * The database cannot reject push settings of a pull queue: it does not see which were given and which are defaults.
 *
 * @throws UsageError that names the flags which do not apply to a pull queue
 */
export function queueSettings(given: Given): NewQueue {
  const settings = readFlags(QUEUE_FLAGS, given);
  if (settings.mode !== 'pull') return settings;
  const pushOnly = (['rate', 'bucketSize', 'maxConcurrentRequests'] as const).filter((name) => name in settings);
  if (pushOnly.length === 0) return settings;
  const flags = pushOnly.map((name) => QUEUE_FLAGS[name].options[0]?.long).join(', ');
  throw new UsageError(`${flags} cannot apply to a pull queue: its workers fetch tasks at their own pace`);
}
