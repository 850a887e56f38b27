// Requests about tasks that are in a queue: delete, run, list, lease.

import { message } from '../../protobuf/define.ts';
import {
  bool,
  bytes,
  bytesList,
  double,
  groups,
  int32,
  int32s,
  int64,
  optional,
  required,
} from '../../protobuf/fields.ts';

export const DeleteRequest = message('apphosting.TaskQueueDeleteRequest', {
  queueName: required(bytes(1)),
  taskName: bytesList(2),
  appId: optional(bytes(3)),
});
export const DeleteResponse = message('apphosting.TaskQueueDeleteResponse', { result: int32s(3) });

export const ForceRunRequest = message('apphosting.TaskQueueForceRunRequest', {
  appId: optional(bytes(1)),
  queueName: required(bytes(2)),
  taskName: required(bytes(3)),
});
export const ForceRunResponse = message('apphosting.TaskQueueForceRunResponse', { result: required(int32(3)) });

export const QueryTasksRequest = message('apphosting.TaskQueueQueryTasksRequest', {
  appId: optional(bytes(1)),
  queueName: required(bytes(2)),
  startTaskName: optional(bytes(3)),
  startEtaUsec: optional(int64(4)),
  startTag: optional(bytes(6)),
  maxRows: optional(int32(5)),
});

const QueriedTask = message('apphosting.TaskQueueQueryTasksResponse.Task', {
  taskName: required(bytes(2)),
  etaUsec: required(int64(3)),
  url: optional(bytes(4)),
  method: optional(int32(5)),
  retryCount: optional(int32(6)),
  bodySize: optional(int32(10)),
  creationTimeUsec: required(int64(12)),
  tag: optional(bytes(25)),
});
export const QueryTasksResponse = message('apphosting.TaskQueueQueryTasksResponse', { task: groups(QueriedTask, 1) });

export const LeaseTasksRequest = message('apphosting.TaskQueueQueryAndOwnTasksRequest', {
  queueName: required(bytes(1)),
  leaseSeconds: required(double(2)),
  maxTasks: required(int64(3)),
  groupByTag: optional(bool(4)),
  tag: optional(bytes(5)),
});

const OwnedTask = message('apphosting.TaskQueueQueryAndOwnTasksResponse.Task', {
  taskName: required(bytes(2)),
  etaUsec: required(int64(3)),
  retryCount: optional(int32(4)),
  body: optional(bytes(5)),
  tag: optional(bytes(6)),
});
export const LeaseTasksResponse = message('apphosting.TaskQueueQueryAndOwnTasksResponse', {
  task: groups(OwnedTask, 1),
});

export const ModifyLeaseRequest = message('apphosting.TaskQueueModifyTaskLeaseRequest', {
  queueName: required(bytes(1)),
  taskName: required(bytes(2)),
  /** The proof of the lease: when it ends. */
  etaUsec: required(int64(3)),
  leaseSeconds: required(double(4)),
});
export const ModifyLeaseResponse = message('apphosting.TaskQueueModifyTaskLeaseResponse', {
  updatedEtaUsec: required(int64(1)),
});
