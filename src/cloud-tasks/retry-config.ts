// RetryConfig between protobuf and this package: attempts are retries plus one, and zero stands for the default.

import type { CloudQueueSettings } from '../domain/cloud-task.ts';
import type { QueueMode } from '../domain/queue.ts';
import type { RetryParameters } from '../domain/retry.ts';
import { durationOf, durationSeconds } from './moments.ts';
import { StatusError } from './status.ts';
import type { GivenQueue, ShownQueue } from './versions/version.ts';

type Given = GivenQueue['retryConfig'];

export type RetrySettings = Pick<
  CloudQueueSettings,
  'taskRetryLimit' | 'taskAgeLimit' | 'minBackoffSeconds' | 'maxBackoffSeconds' | 'maxDoublings'
>;

const UNLIMITED = -1;

/** The settings of a queue. @throws StatusError INVALID_ARGUMENT */
export function retrySettings(config: Given): Required<RetrySettings> {
  const { maxAttempts = 0, maxRetryDuration, minBackoff, maxBackoff, maxDoublings = 0 } = config ?? {};
  if (maxAttempts < UNLIMITED) throw invalid('maxAttempts must be -1 or more', maxAttempts);
  if (maxDoublings < 0) throw invalid('maxDoublings must be 0 or more', maxDoublings);
  return {
    taskRetryLimit: maxAttempts === 0 ? null : maxAttempts === UNLIMITED ? Number.POSITIVE_INFINITY : maxAttempts - 1,
    taskAgeLimit: secondsOrNull('maxRetryDuration', maxRetryDuration),
    minBackoffSeconds: secondsOrNull('minBackoff', minBackoff),
    maxBackoffSeconds: secondsOrNull('maxBackoff', maxBackoff),
    maxDoublings: maxDoublings === 0 ? null : maxDoublings,
  };
}

const DEFAULT_RETRIES = 99;

/** The retry parameters of one task. @throws StatusError INVALID_ARGUMENT */
export function retryParameters(config: Given): RetryParameters {
  const { taskRetryLimit, ...others } = retrySettings(config);
  const limit = taskRetryLimit ?? DEFAULT_RETRIES;
  const given = Object.entries({ ...others, taskRetryLimit: limit === Number.POSITIVE_INFINITY ? null : limit });
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}

/** A pull queue has a limit of leases, and nothing else. */
export function retryConfig(retry: RetryParameters, mode: QueueMode): NonNullable<ShownQueue['retryConfig']> {
  const { taskRetryLimit, taskAgeLimit, minBackoffSeconds = 0.1, maxBackoffSeconds = 3600, maxDoublings = 16 } = retry;
  if (mode === 'pull') return { maxAttempts: taskRetryLimit ?? UNLIMITED };
  return {
    maxAttempts: taskRetryLimit === undefined ? UNLIMITED : taskRetryLimit + 1,
    ...(taskAgeLimit === undefined ? {} : { maxRetryDuration: durationOf(taskAgeLimit) }),
    minBackoff: durationOf(minBackoffSeconds),
    maxBackoff: durationOf(maxBackoffSeconds),
    maxDoublings,
  };
}

function secondsOrNull(what: string, given: Parameters<typeof durationSeconds>[0] | undefined): number | null {
  const seconds = given ? durationSeconds(given) : 0;
  if (seconds < 0) throw invalid(`${what} must be 0s or more`, `${seconds}s`);
  return seconds === 0 ? null : seconds;
}

function invalid(rule: string, got: unknown): StatusError {
  return new StatusError('INVALID_ARGUMENT', `retryConfig.${rule}, got ${got}`);
}
