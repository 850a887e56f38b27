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

function entryOf({ name, mode, rate, bucketSize, maxConcurrentRequests, target, retry, acl }: Queue): QueueEntry {
  const parameters = retryOf(retry, mode);
  return {
    name,
    ...(mode === 'pull' && { mode }),
    ...(rate !== null && { rate }),
    ...(bucketSize !== null && bucketSize !== 5 && { bucket_size: bucketSize }),
    ...(maxConcurrentRequests !== null &&
      maxConcurrentRequests !== 1000 && { max_concurrent_requests: maxConcurrentRequests }),
    ...(target !== null && { target }),
    ...(parameters && { retry_parameters: parameters }),
    ...(acl && { acl: acl as NonNullable<QueueEntry['acl']> }),
  };
}

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
