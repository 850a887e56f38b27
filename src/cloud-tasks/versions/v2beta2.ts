// v2beta2: pull queues with their workers, and push queues under other names.

import { create, type MessageInitShape, type MessageShape } from '@bufbuild/protobuf';
import { HttpTargetV2Beta2, QueueV2Beta2, requestsV2Beta2, TaskV2Beta2 } from '../schema/v2beta2.ts';
import { fullName } from '../schema/version.ts';
import type { ApiVersion, GivenQueue, GivenTask, ShownQueue, ShownTask } from './version.ts';

type Queue = MessageShape<typeof QueueV2Beta2>;
type Task = MessageShape<typeof TaskV2Beta2>;
type Target = NonNullable<MessageInitShape<typeof QueueV2Beta2>['targetType']>;
type Payload = NonNullable<MessageInitShape<typeof TaskV2Beta2>['payloadType']>;

const UNLIMITED = -1;

export const V2BETA2: ApiVersion = {
  id: 'v2beta2',
  service: fullName('v2beta2', 'CloudTasks'),
  messages: requestsV2Beta2,
  Queue: QueueV2Beta2,
  Task: TaskV2Beta2,
  HttpTarget: HttpTargetV2Beta2,
  settings: {
    'rateLimits.maxTasksDispatchedPerSecond': ['ratePerSecond'],
    'rateLimits.maxConcurrentTasks': ['maxConcurrentRequests'],
    'retryConfig.maxAttempts': ['taskRetryLimit'],
    'retryConfig.unlimitedAttempts': ['taskRetryLimit'],
    'retryConfig.maxRetryDuration': ['taskAgeLimit'],
    'retryConfig.minBackoff': ['minBackoffSeconds'],
    'retryConfig.maxBackoff': ['maxBackoffSeconds'],
    'retryConfig.maxDoublings': ['maxDoublings'],
    'appEngineHttpTarget.appEngineRoutingOverride': ['target'],
    httpTarget: ['httpTarget'],
    tombstoneTtl: ['tombstoneTtlSeconds'],
  },
  readQueue,
  writeQueue,
  readTask,
  writeTask,
};

function readQueue({ targetType: target, rateLimits: rate, retryConfig: retry, ...queue }: Queue): GivenQueue {
  return {
    ...queue,
    mode: target.case === undefined ? undefined : target.case === 'pullTarget' ? 'pull' : 'push',
    appEngineRoutingOverride: target.case === 'appEngineHttpTarget' ? target.value.appEngineRoutingOverride : undefined,
    httpTarget: target.case === 'httpTarget' ? target.value : undefined,
    rateLimits: rate && {
      ...rate,
      maxDispatchesPerSecond: rate.maxTasksDispatchedPerSecond,
      maxConcurrentDispatches: rate.maxConcurrentTasks,
    },
    retryConfig: retry && { ...retry, maxAttempts: attemptsOf(retry.numAttempts) },
    stackdriverLoggingConfig: undefined,
  };
}

function attemptsOf({ case: kind, value }: NonNullable<Queue['retryConfig']>['numAttempts']): number {
  if (kind === 'unlimitedAttempts') return value ? UNLIMITED : 0;
  return value ?? 0;
}

function writeQueue({ mode, appEngineRoutingOverride, httpTarget, rateLimits, retryConfig, ...queue }: ShownQueue) {
  const { maxAttempts = 0, ...backoff } = retryConfig ?? {};
  return create(QueueV2Beta2, {
    ...queue,
    targetType: targetOf(mode, appEngineRoutingOverride, httpTarget),
    ...(rateLimits && {
      rateLimits: {
        maxTasksDispatchedPerSecond: rateLimits.maxDispatchesPerSecond ?? 0,
        maxBurstSize: rateLimits.maxBurstSize ?? 0,
        maxConcurrentTasks: rateLimits.maxConcurrentDispatches ?? 0,
      },
    }),
    retryConfig: {
      ...backoff,
      numAttempts:
        maxAttempts === UNLIMITED
          ? { case: 'unlimitedAttempts', value: true }
          : { case: 'maxAttempts', value: maxAttempts },
    },
  });
}

/** A queue that has neither override sends App Engine tasks where they ask to go. */
function targetOf(
  mode: ShownQueue['mode'],
  appEngineRoutingOverride: ShownQueue['appEngineRoutingOverride'],
  httpTarget: ShownQueue['httpTarget'],
): Target {
  if (mode === 'pull') return { case: 'pullTarget', value: {} };
  if (httpTarget) return { case: 'httpTarget', value: httpTarget };
  return { case: 'appEngineHttpTarget', value: appEngineRoutingOverride ? { appEngineRoutingOverride } : {} };
}

function readTask({ payloadType, ...task }: Task): GivenTask {
  const { case: kind, value } = payloadType;
  const payload: GivenTask['payload'] =
    kind === 'appEngineHttpRequest'
      ? { case: kind, value: { ...value, relativeUri: value.relativeUrl, body: value.payload } }
      : payloadType;
  return { ...task, payload, dispatchDeadline: undefined, retryConfig: undefined };
}

function writeTask({ payload, dispatchCount = 0, responseCount = 0, firstAttempt, lastAttempt, ...task }: ShownTask) {
  return create(TaskV2Beta2, {
    ...task,
    payloadType: payloadOf(payload),
    status: {
      attemptDispatchCount: dispatchCount,
      attemptResponseCount: responseCount,
      ...(firstAttempt && { firstAttemptStatus: firstAttempt }),
      ...(lastAttempt && { lastAttemptStatus: lastAttempt }),
    },
  });
}

function payloadOf(payload: ShownTask['payload']): Payload {
  if (payload.case !== 'appEngineHttpRequest') return payload;
  const { relativeUri = '', body = new Uint8Array(), ...request } = payload.value;
  return { case: 'appEngineHttpRequest', value: { ...request, relativeUrl: relativeUri, payload: body } };
}
