// Requests to add tasks.

import { message } from '../../protobuf/define.ts';
import { bytes, double, group, groups, int32, int64, many, one, optional, required } from '../../protobuf/fields.ts';

/** TaskQueueMode.Mode */
export const MODE = { PUSH: 0, PULL: 1 } as const;

/** RequestMethod */
export const REQUEST_METHODS: Readonly<Record<number, string>> = {
  1: 'GET',
  2: 'POST',
  3: 'HEAD',
  4: 'PUT',
  5: 'DELETE',
};

export const TaskRetryParameters = message('apphosting.TaskQueueRetryParameters', {
  retryLimit: optional(int32(1)),
  ageLimitSec: optional(int64(2)),
  minBackoffSec: optional(double(3)),
  maxBackoffSec: optional(double(4)),
  maxDoublings: optional(int32(5)),
});

const AddedHeader = message('apphosting.TaskQueueAddRequest.Header', {
  key: required(bytes(7)),
  value: required(bytes(8)),
});

const AddedCrontab = message('apphosting.TaskQueueAddRequest.CronTimetable', {
  schedule: required(bytes(13)),
  timezone: required(bytes(14)),
});

/** A transaction of the datastore; what is in it does not matter. */
const DatastoreTransaction = message('apphosting_datastore_v3.Transaction', {});

const DescribedPayload = message('apphosting.TaskPayload', {});

export const AddRequest = message('apphosting.TaskQueueAddRequest', {
  queueName: required(bytes(1)),
  taskName: required(bytes(2)),
  etaUsec: required(int64(3)),
  method: optional(int32(5)),
  url: optional(bytes(4)),
  header: groups(AddedHeader, 6),
  body: optional(bytes(9)),
  transaction: one(DatastoreTransaction, 10),
  datastoreTransaction: optional(bytes(21)),
  appId: optional(bytes(11)),
  crontimetable: group(AddedCrontab, 12),
  description: optional(bytes(15)),
  payload: one(DescribedPayload, 16),
  retryParameters: one(TaskRetryParameters, 17),
  mode: optional(int32(18)),
  tag: optional(bytes(19)),
  cronRetryParameters: one(TaskRetryParameters, 20),
  dispatchDeadlineUsec: optional(int64(22)),
});

export const AddResponse = message('apphosting.TaskQueueAddResponse', { chosenTaskName: optional(bytes(1)) });

export const BulkAddRequest = message('apphosting.TaskQueueBulkAddRequest', { addRequest: many(AddRequest, 1) });

const BulkAddResult = message('apphosting.TaskQueueBulkAddResponse.TaskResult', {
  result: required(int32(2)),
  chosenTaskName: optional(bytes(3)),
});

export const BulkAddResponse = message('apphosting.TaskQueueBulkAddResponse', { taskresult: groups(BulkAddResult, 1) });
