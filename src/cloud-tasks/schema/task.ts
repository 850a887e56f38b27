// The parts of tasks that versions share.

import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { one } from '../../protobuf/fields.ts';
import { Status } from './rpc.ts';
import { fullName, type VersionId } from './version.ts';

/** How much of a task an answer has; FULL: its body too. */
export const View = { UNSPECIFIED: 0, BASIC: 1, FULL: 2 } as const;

export const taskView = (version: VersionId) =>
  enumeration(fullName(version, 'Task.View'), { 0: 'VIEW_UNSPECIFIED', 1: 'BASIC', 2: 'FULL' });

/** @param name in v2beta2 it is AttemptStatus */
export const attemptMessage = (version: VersionId, name = 'Attempt') =>
  message(fullName(version, name), {
    scheduleTime: one(TimestampSchema, 1),
    dispatchTime: one(TimestampSchema, 2),
    responseTime: one(TimestampSchema, 3),
    responseStatus: one(Status, 4),
  });
