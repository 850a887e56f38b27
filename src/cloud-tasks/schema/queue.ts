// The parts of queues that versions share.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { double, int32, int64, one } from '../../protobuf/fields.ts';
import { fullName, type VersionId } from './version.ts';

/** The states by their numbers. */
export const QUEUE_STATES = { 0: 'STATE_UNSPECIFIED', 1: 'RUNNING', 2: 'PAUSED', 3: 'DISABLED' } as const;

export const queueState = (version: VersionId) => enumeration(fullName(version, 'Queue.State'), QUEUE_STATES);

/** Of v2 and v2beta3. */
export const rateLimits = (version: VersionId) =>
  message(fullName(version, 'RateLimits'), {
    maxDispatchesPerSecond: double(1),
    maxBurstSize: int32(2),
    maxConcurrentDispatches: int32(3),
  });

/** Of v2 and v2beta3. */
export const retryConfigMessage = (version: VersionId) =>
  message(fullName(version, 'RetryConfig'), {
    maxAttempts: int32(1),
    maxRetryDuration: one(DurationSchema, 2),
    minBackoff: one(DurationSchema, 3),
    maxBackoff: one(DurationSchema, 4),
    maxDoublings: int32(5),
  });

export const loggingConfig = (version: VersionId) =>
  message(fullName(version, 'StackdriverLoggingConfig'), { samplingRatio: double(1) });

/** Of v2beta2 and v2beta3. */
export const queueStats = (version: VersionId) =>
  message(fullName(version, 'QueueStats'), {
    tasksCount: int64(1),
    oldestEstimatedArrivalTime: one(TimestampSchema, 2),
    executedLastMinuteCount: int64(3),
    concurrentDispatchesCount: int64(4),
    effectiveExecutionRate: double(5),
  });
