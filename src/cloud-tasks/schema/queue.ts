// Queues.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { double, enumValue, int32, one, string } from '../../protobuf/fields.ts';
import { AppEngineRouting, HttpTargetMessage } from './target.ts';

/** The states by their numbers. */
export const QUEUE_STATES = { 0: 'STATE_UNSPECIFIED', 1: 'RUNNING', 2: 'PAUSED', 3: 'DISABLED' } as const;

const State = enumeration('google.cloud.tasks.v2.Queue.State', QUEUE_STATES);

const RateLimits = message('google.cloud.tasks.v2.RateLimits', {
  maxDispatchesPerSecond: double(1),
  maxBurstSize: int32(2),
  maxConcurrentDispatches: int32(3),
});

export const RetryConfig = message('google.cloud.tasks.v2.RetryConfig', {
  maxAttempts: int32(1),
  maxRetryDuration: one(DurationSchema, 2),
  minBackoff: one(DurationSchema, 3),
  maxBackoff: one(DurationSchema, 4),
  maxDoublings: int32(5),
});

const LoggingConfig = message('google.cloud.tasks.v2.StackdriverLoggingConfig', { samplingRatio: double(1) });

export const QueueMessage = message('google.cloud.tasks.v2.Queue', {
  name: string(1),
  appEngineRoutingOverride: one(AppEngineRouting, 2),
  rateLimits: one(RateLimits, 3),
  retryConfig: one(RetryConfig, 4),
  state: enumValue(State, 5),
  purgeTime: one(TimestampSchema, 6),
  stackdriverLoggingConfig: one(LoggingConfig, 9),
  httpTarget: one(HttpTargetMessage, 10),
});
