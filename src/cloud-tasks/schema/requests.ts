// Requests that all versions have, and their responses. Queues and tasks stand in them as the version has them.

import type { DescEnum, DescMessage } from '@bufbuild/protobuf';
import { AnySchema, type FieldMask, FieldMaskSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { bytes, enumValue, type Field, indexed, int32, many, one, string, strings } from '../../protobuf/fields.ts';
import { Status } from './rpc.ts';
import { fullName, type VersionId } from './version.ts';

export type RequestMessages = ReturnType<typeof requestMessages>;

/** All of a version. */
export function requestMessages(version: VersionId, Queue: DescMessage, Task: DescMessage, TaskView: DescEnum) {
  return {
    ...queueRequests(version, Queue),
    ...taskRequests(version, Task, TaskView),
    ...batchMessages(version, Task, TaskView),
    ...keyMessages(version),
  };
}

const named = (version: VersionId, name: string) => message(fullName(version, name), { name: string(1) });

/** Clients of v2 have no mask for reading. */
const readMask = (version: VersionId, number: number) =>
  (version === 'v2' ? {} : { readMask: one(FieldMaskSchema, number) }) as { readMask: Field<FieldMask | undefined> };

function queueRequests(version: VersionId, Queue: DescMessage) {
  return {
    ListQueuesRequest: message(fullName(version, 'ListQueuesRequest'), {
      parent: string(1),
      filter: string(2),
      pageSize: int32(3),
      pageToken: string(4),
      ...readMask(version, 5),
    }),
    ListQueuesResponse: message(fullName(version, 'ListQueuesResponse'), {
      queues: many(Queue, 1),
      nextPageToken: string(2),
    }),
    GetQueueRequest: message(fullName(version, 'GetQueueRequest'), { name: string(1), ...readMask(version, 2) }),
    CreateQueueRequest: message(fullName(version, 'CreateQueueRequest'), { parent: string(1), queue: one(Queue, 2) }),
    UpdateQueueRequest: message(fullName(version, 'UpdateQueueRequest'), {
      queue: one(Queue, 1),
      updateMask: one(FieldMaskSchema, 2),
    }),
    DeleteQueueRequest: named(version, 'DeleteQueueRequest'),
    PurgeQueueRequest: named(version, 'PurgeQueueRequest'),
    PauseQueueRequest: named(version, 'PauseQueueRequest'),
    ResumeQueueRequest: named(version, 'ResumeQueueRequest'),
  };
}

function taskRequests(version: VersionId, Task: DescMessage, TaskView: DescEnum) {
  const viewed = (name: string) =>
    message(fullName(version, name), { name: string(1), responseView: enumValue(TaskView, 2) });
  const skipped = version === 'v2beta2' ? 1 : 0; // a number that v2beta2 no longer uses
  return {
    ListTasksRequest: message(fullName(version, 'ListTasksRequest'), {
      parent: string(1),
      responseView: enumValue(TaskView, 2),
      pageSize: int32(3 + skipped),
      pageToken: string(4 + skipped),
    }),
    ListTasksResponse: message(fullName(version, 'ListTasksResponse'), {
      tasks: many(Task, 1),
      nextPageToken: string(2),
    }),
    GetTaskRequest: viewed('GetTaskRequest'),
    RunTaskRequest: viewed('RunTaskRequest'),
    DeleteTaskRequest: named(version, 'DeleteTaskRequest'),
    BufferTaskRequest: message(fullName(version, 'BufferTaskRequest'), {
      queue: string(1),
      taskId: string(2),
      body: one(HttpBody, 3),
    }),
    BufferTaskResponse: message(fullName(version, 'BufferTaskResponse'), { task: one(Task, 1) }),
  };
}

/** Of v2 and v2beta3, but for CreateTaskRequest, which all have. */
function batchMessages(version: VersionId, Task: DescMessage, TaskView: DescEnum) {
  const CreateTaskRequest = message(fullName(version, 'CreateTaskRequest'), {
    parent: string(1),
    task: one(Task, 2),
    responseView: enumValue(TaskView, 3),
  });
  const metadata = (name: string, states: Record<number, string>) =>
    message(fullName(version, name), {
      startTime: one(TimestampSchema, 1),
      endTime: one(TimestampSchema, 2),
      state: enumValue(enumeration(`${fullName(version, name)}.State`, { ...STATES, ...states }), 3),
      failedRequests: indexed(Status, 4),
    });
  return {
    CreateTaskRequest,
    BatchCreateTasksRequest: message(fullName(version, 'BatchCreateTasksRequest'), {
      parent: string(1),
      requests: many(CreateTaskRequest, 2),
      requestId: string(3),
    }),
    BatchCreateTasksResponse: message(fullName(version, 'BatchCreateTasksResponse'), { tasks: many(Task, 1) }),
    BatchDeleteTasksRequest: message(fullName(version, 'BatchDeleteTasksRequest'), {
      parent: string(1),
      names: strings(2),
      requestId: string(3),
    }),
    BatchCreateTasksMetadata: metadata('BatchCreateTasksMetadata', {
      ...{ 3: 'FAILED', 4: 'CANCELLED', 5: 'PARTIALLY_SUCCEEDED' },
    }),
    BatchDeleteTasksMetadata: metadata('BatchDeleteTasksMetadata', { 3: 'PARTIALLY_SUCCEEDED', 4: 'FAILED' }),
  };
}

const STATES = { 0: 'STATE_UNSPECIFIED', 1: 'RUNNING', 2: 'SUCCEEDED' };

/** Of v2 and v2beta3. */
function keyMessages(version: VersionId) {
  const CmekConfig = message(fullName(version, 'CmekConfig'), { name: string(1), kmsKey: string(2) });
  return {
    CmekConfig,
    GetCmekConfigRequest: named(version, 'GetCmekConfigRequest'),
    UpdateCmekConfigRequest: message(fullName(version, 'UpdateCmekConfigRequest'), {
      cmekConfig: one(CmekConfig, 1),
      updateMask: one(FieldMaskSchema, 2),
    }),
  };
}

/** Any body, as google.api.HttpBody. */
export const HttpBody = message('google.api.HttpBody', {
  contentType: string(1),
  data: bytes(2),
  extensions: many(AnySchema, 3),
});
