// The flags that say what a queue is like, and the settings they mean.

import { type Command, Option } from 'commander';
import type { NewQueue } from '../../domain/queue.ts';
import type { RetryParameters } from '../../domain/retry.ts';
import { defined } from '../../server/defined.ts';
import { duration, number, whole } from '../arguments.ts';
import { UsageError } from '../exit-codes.ts';

/** The flags of `queues create` and `queues update`, as commander hands them over. */
export interface QueueFlags {
  mode?: 'push' | 'pull';
  rate?: string;
  bucketSize?: number;
  maxConcurrentRequests?: number;
  target?: string;
  tombstoneTtl?: number;
  taskRetryLimit?: number;
  taskAgeLimit?: number;
  minBackoffSeconds?: number;
  maxBackoffSeconds?: number;
  maxDoublings?: number;
}

/** Adds the flags of a queue's settings to a command. */
export function addQueueOptions(command: Command): Command {
  return command
    .addOption(new Option('--mode <mode>', 'push: tasks are sent; pull: workers lease them').choices(['push', 'pull']))
    .option('--rate <rate>', 'most tasks started per unit of time, such as 5/s, 100/m or 2000/d')
    .option('--bucket-size <n>', 'how many tasks may start at once after a pause', whole)
    .option('--max-concurrent-requests <n>', 'how many requests may be under way', whole)
    .option('--target <name>', 'where all tasks of the queue go, whatever they say themselves')
    .option('--task-retry-limit <n>', 'retries before a task is given up', whole)
    .option('--task-age-limit <duration>', 'age before which a failing task is not given up, such as 2d', duration)
    .option('--min-backoff-seconds <s>', 'pause before the first retry', number)
    .option('--max-backoff-seconds <s>', 'longest pause between two attempts', number)
    .option('--max-doublings <n>', 'how often the pause doubles before it grows evenly', whole)
    .option(
      '--tombstone-ttl <duration>',
      'how long the name of a finished task stays taken, up to 365d (default: 9d)',
      duration,
    );
}

/**
 * A pull queue has no rate, no bucket and no requests. The database can't refuse them: it does not know a default from a wish.
 *
 * @throws UsageError that names the flags
 */
export function refusePushFlags({ mode, rate, bucketSize, maxConcurrentRequests }: QueueFlags): void {
  if (mode !== 'pull') return;
  const given = { '--rate': rate, '--bucket-size': bucketSize, '--max-concurrent-requests': maxConcurrentRequests };
  const wrong = Object.keys(defined(given));
  if (wrong.length > 0) throw new UsageError(`a pull queue has no ${wrong.join(', ')}: its workers come by themselves`);
}

/** The settings the flags name, and no others. */
export function queueSettings(flags: QueueFlags): NewQueue {
  const { mode, rate, bucketSize, maxConcurrentRequests, target, tombstoneTtl } = flags;
  const retry = retrySettings(flags);
  return defined({
    mode,
    rate,
    bucketSize,
    maxConcurrentRequests,
    target,
    tombstoneTtlSeconds: tombstoneTtl,
    retry: Object.keys(retry).length > 0 ? retry : undefined,
  });
}

/** The retry parameters the flags name, and no others. */
export function retrySettings(flags: QueueFlags): RetryParameters {
  const { taskRetryLimit, taskAgeLimit, minBackoffSeconds, maxBackoffSeconds, maxDoublings } = flags;
  return defined({
    taskRetryLimit,
    taskAgeLimit,
    minBackoffSeconds,
    maxBackoffSeconds,
    maxDoublings,
  });
}
