// Queues and tasks of v2beta2.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { bool, double, enumValue, int32, one, string, union } from '../../protobuf/fields.ts';
import { leaseMessages } from './lease-requests.ts';
import { queueState, queueStats } from './queue.ts';
import { requestMessages } from './requests.ts';
import { appEngineHttpRequest, targetMessages } from './target.ts';
import { attemptMessage, taskView } from './task.ts';
import { fullName } from './version.ts';

const targets = targetMessages('v2beta2');
const TaskView = taskView('v2beta2');
const AttemptStatus = attemptMessage('v2beta2', 'AttemptStatus');

export const HttpTargetV2Beta2 = targets.HttpTarget;

const AppEngineHttpTarget = message(fullName('v2beta2', 'AppEngineHttpTarget'), {
  appEngineRoutingOverride: one(targets.AppEngineRouting, 1),
});

const RateLimits = message(fullName('v2beta2', 'RateLimits'), {
  maxTasksDispatchedPerSecond: double(1),
  maxBurstSize: int32(2),
  maxConcurrentTasks: int32(3),
});

const RetryConfig = message(fullName('v2beta2', 'RetryConfig'), {
  numAttempts: union({ maxAttempts: int32(1), unlimitedAttempts: bool(2) }),
  maxRetryDuration: one(DurationSchema, 3),
  minBackoff: one(DurationSchema, 4),
  maxBackoff: one(DurationSchema, 5),
  maxDoublings: int32(6),
});

export const QueueV2Beta2 = message(fullName('v2beta2', 'Queue'), {
  name: string(1),
  targetType: union({
    appEngineHttpTarget: one(AppEngineHttpTarget, 3),
    pullTarget: one(message(fullName('v2beta2', 'PullTarget'), {}), 4),
    httpTarget: one(targets.HttpTarget, 17),
  }),
  rateLimits: one(RateLimits, 5),
  retryConfig: one(RetryConfig, 6),
  state: enumValue(queueState('v2beta2'), 7),
  purgeTime: one(TimestampSchema, 8),
  taskTtl: one(DurationSchema, 9),
  tombstoneTtl: one(DurationSchema, 10),
  stats: one(queueStats('v2beta2'), 16),
});

const TaskStatus = message(fullName('v2beta2', 'TaskStatus'), {
  attemptDispatchCount: int32(1),
  attemptResponseCount: int32(2),
  firstAttemptStatus: one(AttemptStatus, 3),
  lastAttemptStatus: one(AttemptStatus, 4),
});

export const TaskV2Beta2 = message(fullName('v2beta2', 'Task'), {
  name: string(1),
  payloadType: union({
    appEngineHttpRequest: one(appEngineHttpRequest('v2beta2', targets, 'relativeUrl', 'payload'), 3),
    pullMessage: one(targets.PullMessage, 4),
    httpRequest: one(targets.HttpRequest, 13),
  }),
  scheduleTime: one(TimestampSchema, 5),
  createTime: one(TimestampSchema, 6),
  status: one(TaskStatus, 7),
  view: enumValue(TaskView, 8),
});

export const requestsV2Beta2 = requestMessages('v2beta2', QueueV2Beta2, TaskV2Beta2, TaskView);
export const leaseRequests = leaseMessages(TaskV2Beta2, TaskView);
