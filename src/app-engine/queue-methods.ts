// Methods about queues.

import { InvalidRequestError } from '../domain/errors.ts';
import type { QueueStatus } from '../domain/queue.ts';
import { rateOf } from '../domain/queue-file/grammar.ts';
import { remoteStatistics } from '../store/app-engine.ts';
import { listQueues, pauseQueue, purgeQueue, resumeQueue } from '../store/queues.ts';
import { bytesOf, method, queueOf, textOf } from './method.ts';
import { MODE } from './schema/add.ts';
import * as messages from './schema/queues.ts';

export const queueMethods = [
  method({
    ...{ name: 'PurgeQueue', request: messages.PurgeRequest, response: messages.NothingResponse },
    ...{ rights: ['operate'], queues: queueOf },
    run: async (request, { executor }) => {
      await purgeQueue(executor, queueOf(request)[0]);
      return {};
    },
  }),
  method({
    ...{ name: 'PauseQueue', request: messages.PauseRequest, response: messages.NothingResponse },
    ...{ rights: ['operate'], queues: queueOf },
    run: async (request, { executor }) => {
      await (request.pause ? pauseQueue : resumeQueue)(executor, queueOf(request)[0]);
      return {};
    },
  }),
  method({
    ...{ name: 'FetchQueues', request: messages.FetchQueuesRequest, response: messages.FetchQueuesResponse },
    ...{ rights: [], queues: () => [] },
    run: async ({ maxRows }, { executor, may }) => {
      const queues = (await listQueues(executor)).filter(({ name }) => may('read', name));
      return { queue: queues.slice(0, Math.max(maxRows, 0)).map(fetchedQueue) };
    },
  }),
  method({
    ...{ name: 'FetchQueueStats', request: messages.FetchQueueStatsRequest },
    ...{ response: messages.FetchQueueStatsResponse, rights: ['read'] },
    queues: ({ queueName }) => queueName.map(textOf),
    run: async ({ queueName }, { executor }) => {
      if (queueName.length > MOST_QUEUES)
        throw new InvalidRequestError(`a call must have at most ${MOST_QUEUES} queues, got ${queueName.length}`);
      const queuestats = [];
      for (const name of queueName) queuestats.push(await statisticsOf(textOf(name), executor));
      return { queuestats };
    },
  }),
];

const MOST_QUEUES = 1_000;
const MOST_INT32 = 2_147_483_647;

async function statisticsOf(queue: string, executor: Parameters<typeof remoteStatistics>[0]) {
  const { tasks, oldestEta, executedLastMinute, executedLastHour, inFlight, enforcedRate } = await remoteStatistics(
    executor,
    queue,
  );
  return {
    numTasks: Math.min(tasks, MOST_INT32),
    oldestEtaUsec: oldestEta ?? -1n,
    // Java's client fails without the last two, even for a pull queue.
    scannerInfo: {
      executedLastMinute: BigInt(executedLastMinute),
      executedLastHour: BigInt(executedLastHour),
      samplingDurationSeconds: 60,
      requestsInFlight: inFlight ?? 0,
      enforcedRate: enforcedRate ?? 0,
    },
  };
}

function fetchedQueue({ name, mode, rate, bucketSize, state, retry, maxConcurrentRequests }: QueueStatus) {
  const { taskRetryLimit, taskAgeLimit, minBackoffSeconds, maxBackoffSeconds, maxDoublings } = retry;
  return {
    queueName: bytesOf(name),
    bucketRefillPerSecond: rate === null ? 0 : (rateOf(rate) ?? 0),
    bucketCapacity: bucketSize ?? 0,
    ...(rate === null ? {} : { userSpecifiedRate: rate }),
    paused: state !== 'running',
    ...(maxConcurrentRequests === null ? {} : { maxConcurrentRequests }),
    mode: mode === 'pull' ? MODE.PULL : MODE.PUSH,
    retryParameters: {
      ...(taskRetryLimit === undefined ? {} : { retryLimit: taskRetryLimit }),
      ...(taskAgeLimit === undefined ? {} : { ageLimitSec: BigInt(taskAgeLimit) }),
      ...(minBackoffSeconds === undefined ? {} : { minBackoffSec: minBackoffSeconds }),
      ...(maxBackoffSeconds === undefined ? {} : { maxBackoffSec: maxBackoffSeconds }),
      ...(maxDoublings === undefined ? {} : { maxDoublings }),
    },
  };
}
