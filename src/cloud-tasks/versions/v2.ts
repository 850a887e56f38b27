// v2: push queues alone.

import { create, type MessageShape } from '@bufbuild/protobuf';
import { HttpTargetV2, QueueV2, requestsV2, TaskV2 } from '../schema/v2.ts';
import { fullName } from '../schema/version.ts';
import type { ApiVersion } from './version.ts';

export const V2: ApiVersion = {
  id: 'v2',
  service: fullName('v2', 'CloudTasks'),
  messages: requestsV2,
  Queue: QueueV2,
  Task: TaskV2,
  HttpTarget: HttpTargetV2,
  mode: 'push',
  settings: {
    'rateLimits.maxDispatchesPerSecond': ['ratePerSecond'],
    'rateLimits.maxConcurrentDispatches': ['maxConcurrentRequests'],
    'retryConfig.maxAttempts': ['taskRetryLimit'],
    'retryConfig.maxRetryDuration': ['taskAgeLimit'],
    'retryConfig.minBackoff': ['minBackoffSeconds'],
    'retryConfig.maxBackoff': ['maxBackoffSeconds'],
    'retryConfig.maxDoublings': ['maxDoublings'],
    appEngineRoutingOverride: ['target'],
    httpTarget: ['httpTarget'],
    stackdriverLoggingConfig: ['loggingRatio'],
  },
  readQueue: (queue: MessageShape<typeof QueueV2>) => ({ ...queue, mode: 'push' }),
  writeQueue: (queue) => create(QueueV2, queue),
  readTask: ({ messageType, ...task }: MessageShape<typeof TaskV2>) => ({ ...task, payload: messageType }),
  writeTask: ({ payload, ...task }) =>
    create(TaskV2, { ...task, messageType: payload.case === 'pullMessage' ? { case: undefined } : payload }),
};
