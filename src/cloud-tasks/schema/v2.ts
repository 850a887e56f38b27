// Queues and tasks of v2.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { message } from '../../protobuf/define.ts';
import { enumValue, int32, one, string, union } from '../../protobuf/fields.ts';
import { loggingConfig, queueState, rateLimits, retryConfigMessage } from './queue.ts';
import { requestMessages } from './requests.ts';
import { appEngineHttpRequest, targetMessages } from './target.ts';
import { attemptMessage, taskView } from './task.ts';
import { fullName } from './version.ts';

const targets = targetMessages('v2');
const RetryConfig = retryConfigMessage('v2');
const TaskView = taskView('v2');
const Attempt = attemptMessage('v2');

export const HttpTargetV2 = targets.HttpTarget;

export const QueueV2 = message(fullName('v2', 'Queue'), {
  name: string(1),
  appEngineRoutingOverride: one(targets.AppEngineRouting, 2),
  rateLimits: one(rateLimits('v2'), 3),
  retryConfig: one(RetryConfig, 4),
  state: enumValue(queueState('v2'), 5),
  purgeTime: one(TimestampSchema, 6),
  stackdriverLoggingConfig: one(loggingConfig('v2'), 9),
  httpTarget: one(targets.HttpTarget, 10),
});

export const TaskV2 = message(fullName('v2', 'Task'), {
  name: string(1),
  messageType: union({
    appEngineHttpRequest: one(appEngineHttpRequest('v2', targets, 'relativeUri', 'body'), 2),
    httpRequest: one(targets.HttpRequest, 3),
  }),
  scheduleTime: one(TimestampSchema, 4),
  createTime: one(TimestampSchema, 5),
  dispatchDeadline: one(DurationSchema, 6),
  dispatchCount: int32(7),
  responseCount: int32(8),
  firstAttempt: one(Attempt, 9),
  lastAttempt: one(Attempt, 10),
  view: enumValue(TaskView, 11),
  retryConfig: one(RetryConfig, 12),
});

export const requestsV2 = requestMessages('v2', QueueV2, TaskV2, TaskView);
