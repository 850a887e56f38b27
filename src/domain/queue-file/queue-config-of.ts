// The export of queues as a queue file.

import type { Queue } from '../queue.ts';
import type { RetryParameters } from '../retry.ts';
import type { QueueConfig, QueueEntry, QueueEntryRetry } from './queue-config.ts';
import { RETRY_DEFAULTS } from './queue-keys.ts';

/**
 * Returns a queue file that describes the existing queues, so that applying it changes nothing. It omits disabled
 * queues, as the file that disabled them did; if a queue is paused, the file keeps paused queues paused.
 *
 * @param storageLimit total_storage_limit; undefined: no limit
 */
export function queueConfigOf(queues: readonly Queue[], storageLimit?: string): QueueConfig {
  const listed = queues.filter(({ state }) => state !== 'disabled');
  return {
    ...(storageLimit !== undefined && { total_storage_limit: storageLimit }),
    ...(listed.some(({ state }) => state === 'paused') && { resume_paused_queues: false }),
    queue: listed.map(entryOf),
  };
}

function entryOf({
  name,
  mode,
  rate,
  bucketSize,
  maxConcurrentRequests,
  target,
  retry,
  acl,
  ...rest
}: Queue): QueueEntry {
  const entry: { [Key in keyof QueueEntry]-?: QueueEntry[Key] | null | undefined } = {
    name,
    mode: unless(mode, 'push'),
    rate,
    bucket_size: unless(bucketSize, 5),
    max_concurrent_requests: unless(maxConcurrentRequests, 1000),
    target,
    retry_parameters: retryOf(retry, mode),
    acl: acl as QueueEntry['acl'] | null,
    dead_retention: unless(`${rest.deadRetentionSeconds}s`, '604800s'),
    attempt_retention: unless(`${rest.attemptRetentionSeconds}s`, '604800s'),
    keep_completed: unless(rest.keepCompleted, 'none'),
    completed_retention: unless(`${rest.completedRetentionSeconds}s`, '604800s'),
    on_dead: rest.onDead,
  };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value != null)) as unknown as QueueEntry;
}

const unless = <Value>(value: Value, usual: Value) => (value === usual ? undefined : value);

function retryOf(retry: RetryParameters, mode: string): QueueEntryRetry | undefined {
  const { taskRetryLimit, taskAgeLimit, minBackoffSeconds: min, maxBackoffSeconds: max, maxDoublings } = retry;
  // Writes both back-offs or neither: one alone may move the default of the other.
  const moved = min !== RETRY_DEFAULTS.min_backoff_seconds || max !== RETRY_DEFAULTS.max_backoff_seconds;
  const push = {
    ...(taskAgeLimit !== undefined && { task_age_limit: `${taskAgeLimit}s` }),
    ...(moved && min !== undefined && max !== undefined && { min_backoff_seconds: min, max_backoff_seconds: max }),
    ...(maxDoublings !== undefined && maxDoublings !== RETRY_DEFAULTS.max_doublings && { max_doublings: maxDoublings }),
  };
  const block = {
    ...(taskRetryLimit !== undefined && { task_retry_limit: taskRetryLimit }),
    ...(mode === 'push' && push),
  };
  return Object.keys(block).length > 0 ? block : undefined;
}
