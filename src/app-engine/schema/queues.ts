// Requests about queues: purge, pause, list, statistics.

import { message } from '../../protobuf/define.ts';
import {
  bool,
  bytes,
  bytesList,
  double,
  groups,
  int32,
  int64,
  one,
  optional,
  required,
  string,
} from '../../protobuf/fields.ts';
import { TaskRetryParameters } from './add.ts';

/** A response that says nothing. */
export const NothingResponse = message('apphosting.Nothing', {});

export const PurgeRequest = message('apphosting.TaskQueuePurgeQueueRequest', {
  appId: optional(bytes(1)),
  queueName: required(bytes(2)),
});

export const PauseRequest = message('apphosting.TaskQueuePauseQueueRequest', {
  appId: required(bytes(1)),
  queueName: required(bytes(2)),
  pause: required(bool(3)),
});

export const FetchQueuesRequest = message('apphosting.TaskQueueFetchQueuesRequest', {
  appId: optional(bytes(1)),
  maxRows: required(int32(2)),
});

const FetchedQueue = message('apphosting.TaskQueueFetchQueuesResponse.Queue', {
  queueName: required(bytes(2)),
  bucketRefillPerSecond: required(double(3)),
  bucketCapacity: required(double(4)),
  userSpecifiedRate: optional(string(5)),
  paused: required(bool(6)),
  retryParameters: one(TaskRetryParameters, 7),
  maxConcurrentRequests: optional(int32(8)),
  mode: optional(int32(9)),
});
export const FetchQueuesResponse = message('apphosting.TaskQueueFetchQueuesResponse', {
  queue: groups(FetchedQueue, 1),
});

export const FetchQueueStatsRequest = message('apphosting.TaskQueueFetchQueueStatsRequest', {
  appId: optional(bytes(1)),
  queueName: bytesList(2),
  maxNumTasks: optional(int32(3)),
});

const ScannerQueueInfo = message('apphosting.TaskQueueScannerQueueInfo', {
  executedLastMinute: required(int64(1)),
  executedLastHour: required(int64(2)),
  samplingDurationSeconds: required(double(3)),
  requestsInFlight: optional(int32(4)),
  enforcedRate: optional(double(5)),
});

const FetchedStatistics = message('apphosting.TaskQueueFetchQueueStatsResponse.QueueStats', {
  numTasks: required(int32(2)),
  oldestEtaUsec: required(int64(3)),
  scannerInfo: one(ScannerQueueInfo, 4),
});
export const FetchQueueStatsResponse = message('apphosting.TaskQueueFetchQueueStatsResponse', {
  queuestats: groups(FetchedStatistics, 1),
});
