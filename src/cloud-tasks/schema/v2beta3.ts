// Queues and tasks of v2beta3.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { enumValue, int32, one, string, union } from '../../protobuf/fields.ts';
import { loggingConfig, queueState, queueStats, rateLimits, retryConfigMessage } from './queue.ts';
import { requestMessages } from './requests.ts';
import { appEngineHttpRequest, targetMessages } from './target.ts';
import { attemptMessage, taskView } from './task.ts';
import { fullName } from './version.ts';

const targets = targetMessages('v2beta3');
const RetryConfig = retryConfigMessage('v2beta3');
const TaskView = taskView('v2beta3');
const Attempt = attemptMessage('v2beta3');

export const HttpTargetV2Beta3 = targets.HttpTarget;

const AppEngineHttpQueue = message(fullName('v2beta3', 'AppEngineHttpQueue'), {
  appEngineRoutingOverride: one(targets.AppEngineRouting, 1),
});

const QueueType = enumeration(fullName('v2beta3', 'Queue.Type'), { 0: 'TYPE_UNSPECIFIED', 1: 'PULL', 2: 'PUSH' });

export const QueueV2Beta3 = message(fullName('v2beta3', 'Queue'), {
  name: string(1),
  queueType: union({ appEngineHttpQueue: one(AppEngineHttpQueue, 3) }),
  rateLimits: one(rateLimits('v2beta3'), 4),
  retryConfig: one(RetryConfig, 5),
  state: enumValue(queueState('v2beta3'), 6),
  purgeTime: one(TimestampSchema, 7),
  taskTtl: one(DurationSchema, 8),
  tombstoneTtl: one(DurationSchema, 9),
  stackdriverLoggingConfig: one(loggingConfig('v2beta3'), 10),
  type: enumValue(QueueType, 11),
  stats: one(queueStats('v2beta3'), 12),
  httpTarget: one(targets.HttpTarget, 13),
});

export const TaskV2Beta3 = message(fullName('v2beta3', 'Task'), {
  name: string(1),
  payloadType: union({
    appEngineHttpRequest: one(appEngineHttpRequest('v2beta3', targets, 'relativeUri', 'body'), 3),
    httpRequest: one(targets.HttpRequest, 11),
    pullMessage: one(targets.PullMessage, 13),
  }),
  scheduleTime: one(TimestampSchema, 4),
  createTime: one(TimestampSchema, 5),
  dispatchCount: int32(6),
  responseCount: int32(7),
  firstAttempt: one(Attempt, 8),
  lastAttempt: one(Attempt, 9),
  view: enumValue(TaskView, 10),
  dispatchDeadline: one(DurationSchema, 12),
  retryConfig: one(RetryConfig, 14),
});

export const requestsV2Beta3 = requestMessages('v2beta3', QueueV2Beta3, TaskV2Beta3, TaskView);
