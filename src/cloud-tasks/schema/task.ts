// Tasks and their attempts.

import { DurationSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { enumValue, int32, one, string, union } from '../../protobuf/fields.ts';
import { RetryConfig } from './queue.ts';
import { Status } from './rpc.ts';
import { AppEngineHttpRequest, HttpRequest } from './target.ts';

/** How much of a task an answer has; FULL: its body too. */
export const View = { UNSPECIFIED: 0, BASIC: 1, FULL: 2 } as const;

export const TaskView = enumeration('google.cloud.tasks.v2.Task.View', {
  0: 'VIEW_UNSPECIFIED',
  1: 'BASIC',
  2: 'FULL',
});

export const AttemptMessage = message('google.cloud.tasks.v2.Attempt', {
  scheduleTime: one(TimestampSchema, 1),
  dispatchTime: one(TimestampSchema, 2),
  responseTime: one(TimestampSchema, 3),
  responseStatus: one(Status, 4),
});

export const TaskMessage = message('google.cloud.tasks.v2.Task', {
  name: string(1),
  messageType: union({ appEngineHttpRequest: one(AppEngineHttpRequest, 2), httpRequest: one(HttpRequest, 3) }),
  scheduleTime: one(TimestampSchema, 4),
  createTime: one(TimestampSchema, 5),
  dispatchDeadline: one(DurationSchema, 6),
  dispatchCount: int32(7),
  responseCount: int32(8),
  firstAttempt: one(AttemptMessage, 9),
  lastAttempt: one(AttemptMessage, 10),
  view: enumValue(TaskView, 11),
  retryConfig: one(RetryConfig, 12),
});
