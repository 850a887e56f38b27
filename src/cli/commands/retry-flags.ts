// The flags of retry parameters, which queues and tasks have alike.

import type { RetryParameters } from '../../domain/retry.ts';
import { duration, whole } from '../arguments.ts';
import { type FlagsOf, flag, type PropertyFlags, readFlags } from './flags.ts';

const RETRY_FLAGS: FlagsOf<RetryParameters> = {
  taskRetryLimit: flag('--task-retry-limit <n>', 'retries before a failing task becomes dead', whole),
  taskAgeLimit: flag('--task-age-limit <duration>', 'how old a failing task must be before it becomes dead', duration),
  minBackoffSeconds: flag('--min-backoff-seconds <duration>', 'delay before the first retry', duration),
  maxBackoffSeconds: flag('--max-backoff-seconds <duration>', 'longest delay between two attempts', duration),
  maxDoublings: flag('--max-doublings <n>', 'how often the delay doubles before it grows by a constant amount', whole),
};

/** A whole retry block, as a property of a queue or a task. */
export const retryBlock: PropertyFlags<RetryParameters> = {
  options: Object.values(RETRY_FLAGS).flatMap(({ options }) => options),
  read: (given) => {
    const retry = readFlags(RETRY_FLAGS, given);
    return Object.keys(retry).length > 0 ? retry : undefined;
  },
};
