// Requests of google.cloud.tasks.v2.CloudTasks, and their responses.

import { AnySchema, FieldMaskSchema, TimestampSchema } from '@bufbuild/protobuf/wkt';
import { enumeration, message } from '../../protobuf/define.ts';
import { bytes, enumValue, indexed, int32, many, one, string, strings } from '../../protobuf/fields.ts';
import { QueueMessage } from './queue.ts';
import { Status } from './rpc.ts';
import { TaskMessage, TaskView } from './task.ts';

const named = (name: string) => message(`google.cloud.tasks.v2.${name}`, { name: string(1) });
const viewed = (name: string) =>
  message(`google.cloud.tasks.v2.${name}`, { name: string(1), responseView: enumValue(TaskView, 2) });

export const ListQueuesRequest = message('google.cloud.tasks.v2.ListQueuesRequest', {
  parent: string(1),
  filter: string(2),
  pageSize: int32(3),
  pageToken: string(4),
});

export const ListQueuesResponse = message('google.cloud.tasks.v2.ListQueuesResponse', {
  queues: many(QueueMessage, 1),
  nextPageToken: string(2),
});

export const GetQueueRequest = named('GetQueueRequest');
export const DeleteQueueRequest = named('DeleteQueueRequest');
export const PurgeQueueRequest = named('PurgeQueueRequest');
export const PauseQueueRequest = named('PauseQueueRequest');
export const ResumeQueueRequest = named('ResumeQueueRequest');

export const CreateQueueRequest = message('google.cloud.tasks.v2.CreateQueueRequest', {
  parent: string(1),
  queue: one(QueueMessage, 2),
});

export const UpdateQueueRequest = message('google.cloud.tasks.v2.UpdateQueueRequest', {
  queue: one(QueueMessage, 1),
  updateMask: one(FieldMaskSchema, 2),
});

export const ListTasksRequest = message('google.cloud.tasks.v2.ListTasksRequest', {
  parent: string(1),
  responseView: enumValue(TaskView, 2),
  pageSize: int32(3),
  pageToken: string(4),
});

export const ListTasksResponse = message('google.cloud.tasks.v2.ListTasksResponse', {
  tasks: many(TaskMessage, 1),
  nextPageToken: string(2),
});

export const GetTaskRequest = viewed('GetTaskRequest');
export const RunTaskRequest = viewed('RunTaskRequest');
export const DeleteTaskRequest = named('DeleteTaskRequest');

export const CreateTaskRequest = message('google.cloud.tasks.v2.CreateTaskRequest', {
  parent: string(1),
  task: one(TaskMessage, 2),
  responseView: enumValue(TaskView, 3),
});

export const BatchCreateTasksRequest = message('google.cloud.tasks.v2.BatchCreateTasksRequest', {
  parent: string(1),
  requests: many(CreateTaskRequest, 2),
  requestId: string(3),
});

export const BatchCreateTasksResponse = message('google.cloud.tasks.v2.BatchCreateTasksResponse', {
  tasks: many(TaskMessage, 1),
});

export const BatchDeleteTasksRequest = message('google.cloud.tasks.v2.BatchDeleteTasksRequest', {
  parent: string(1),
  names: strings(2),
  requestId: string(3),
});

const metadata = (name: string, states: Record<number, string>) =>
  message(`google.cloud.tasks.v2.${name}`, {
    startTime: one(TimestampSchema, 1),
    endTime: one(TimestampSchema, 2),
    state: enumValue(enumeration(`google.cloud.tasks.v2.${name}.State`, states), 3),
    failedRequests: indexed(Status, 4),
  });

const STATES = { 0: 'STATE_UNSPECIFIED', 1: 'RUNNING', 2: 'SUCCEEDED' };

export const BatchCreateTasksMetadata = metadata('BatchCreateTasksMetadata', {
  ...STATES,
  3: 'FAILED',
  4: 'CANCELLED',
  5: 'PARTIALLY_SUCCEEDED',
});

export const BatchDeleteTasksMetadata = metadata('BatchDeleteTasksMetadata', {
  ...STATES,
  3: 'PARTIALLY_SUCCEEDED',
  4: 'FAILED',
});

/** BufferTask takes any body, as google.api.HttpBody. */
const HttpBody = message('google.api.HttpBody', {
  contentType: string(1),
  data: bytes(2),
  extensions: many(AnySchema, 3),
});

export const BufferTaskRequest = message('google.cloud.tasks.v2.BufferTaskRequest', {
  queue: string(1),
  taskId: string(2),
  body: one(HttpBody, 3),
});

export const BufferTaskResponse = message('google.cloud.tasks.v2.BufferTaskResponse', { task: one(TaskMessage, 1) });

export const CmekConfig = message('google.cloud.tasks.v2.CmekConfig', { name: string(1), kmsKey: string(2) });

export const GetCmekConfigRequest = named('GetCmekConfigRequest');

export const UpdateCmekConfigRequest = message('google.cloud.tasks.v2.UpdateCmekConfigRequest', {
  cmekConfig: one(CmekConfig, 1),
  updateMask: one(FieldMaskSchema, 2),
});
