// Methods about tasks that are in a queue.

import { InvalidRequestError, PermissionDeniedError, TombstonedTaskError, UnknownTaskError } from '../domain/errors.ts';
import { finishNamedTasks, queryTasks } from '../store/app-engine.ts';
import { leaseRestTasks, modifyRestTask } from '../store/pull-rest.ts';
import { describeQueue } from '../store/queues.ts';
import { runTask } from '../store/tasks.ts';
import { remoteCodeOf, TASK_QUEUE_CODES } from './codes.ts';
import { bytesOf, type MethodContext, method, queueOf, textOf } from './method.ts';
import { REQUEST_METHODS } from './schema/add.ts';
import * as messages from './schema/tasks.ts';

/** Maximum size of the payloads of one lease: 32 MB. */
const MOST_LEASED_BYTES = 33_554_432;

const CODE_OF_END = {
  deleted: TASK_QUEUE_CODES.OK,
  tombstoned: TASK_QUEUE_CODES.TOMBSTONED_TASK,
  unknown: TASK_QUEUE_CODES.UNKNOWN_TASK,
} as const;

const METHOD_NUMBERS = new Map(Object.entries(REQUEST_METHODS).map(([number, name]) => [name, Number(number)]));

export const taskMethods = [
  method({
    ...{ name: 'Delete', request: messages.DeleteRequest, response: messages.DeleteResponse },
    ...{ rights: ['operate', 'lease'], queues: queueOf },
    run: async (request, context) => {
      const [queue] = queueOf(request);
      const names = request.taskName.map(textOf);
      if (!context.may('operate', queue)) await requirePullQueue(queue, context);
      const ends = await finishNamedTasks(context.executor, queue, names);
      return { result: ends.map((end) => CODE_OF_END[end]) };
    },
  }),
  method({
    ...{ name: 'ForceRun', request: messages.ForceRunRequest, response: messages.ForceRunResponse },
    ...{ rights: ['operate'], queues: queueOf },
    run: async (request, { executor }) => {
      const [queue] = queueOf(request);
      try {
        await runTask(executor, queue, textOf(request.taskName));
        return { result: TASK_QUEUE_CODES.OK };
      } catch (error) {
        const isGone = error instanceof UnknownTaskError || error instanceof TombstonedTaskError;
        return { result: isGone ? TASK_QUEUE_CODES.UNKNOWN_TASK : remoteCodeOf(error) };
      }
    },
  }),
  method({
    ...{ name: 'QueryTasks', request: messages.QueryTasksRequest, response: messages.QueryTasksResponse },
    ...{ rights: ['read'], queues: queueOf },
    run: async (request, { executor }) => {
      const { startTaskName, startEtaUsec, startTag, maxRows = 1 } = request;
      const start = {
        name: startTaskName && textOf(startTaskName),
        eta: startEtaUsec,
        tag: startTag && textOf(startTag),
      };
      const { name } = await describeQueue(executor, queueOf(request)[0]);
      const tasks = await queryTasks(executor, name, start, maxRows);
      return { task: tasks.map(queriedTask) };
    },
  }),
  method({
    ...{ name: 'QueryAndOwnTasks', request: messages.LeaseTasksRequest, response: messages.LeaseTasksResponse },
    ...{ rights: ['lease'], queues: queueOf },
    run: async (request, { executor, leased }) => {
      const { leaseSeconds, maxTasks, groupByTag = false, tag } = request;
      const [queue] = queueOf(request);
      if (tag?.length && !groupByTag) throw new InvalidRequestError('tag requires group_by_tag');
      const ask = { seconds: leaseSeconds, tasks: toInteger(maxTasks), byTag: groupByTag, tag: tag && textOf(tag) };
      const tasks = await leaseRestTasks(executor, queue, ask, MOST_LEASED_BYTES);
      leased?.(queue, tasks.length);
      return {
        task: tasks.map(({ name, eta, retryCount, payload, tag }) => ({
          ...{ taskName: bytesOf(name), etaUsec: eta, retryCount },
          ...(payload ? { body: payload } : {}),
          ...(tag === null ? {} : { tag: bytesOf(tag) }),
        })),
      };
    },
  }),
  method({
    ...{ name: 'ModifyTaskLease', request: messages.ModifyLeaseRequest, response: messages.ModifyLeaseResponse },
    ...{ rights: ['lease'], queues: queueOf },
    run: async (request, { executor }) => {
      const { taskName, etaUsec, leaseSeconds } = request;
      const [queue] = queueOf(request);
      const task = await modifyRestTask(executor, queue, textOf(taskName), leaseSeconds, within(etaUsec));
      return { updatedEtaUsec: task.eta };
    },
  }),
];

/** @throws PermissionDeniedError for a push queue: its tasks are deleted by operators */
async function requirePullQueue(queue: string, { executor }: MethodContext): Promise<void> {
  const { mode } = await describeQueue(executor, queue);
  if (mode !== 'pull')
    throw new PermissionDeniedError(`this credential does not have the right operate on queue ${queue}`);
}

function queriedTask(task: Awaited<ReturnType<typeof queryTasks>>[number]) {
  const { name, eta, created, url, retryCount, size, tag } = task;
  const verb = METHOD_NUMBERS.get(task.method);
  return {
    ...{ taskName: bytesOf(name), etaUsec: eta, creationTimeUsec: created, retryCount, bodySize: size },
    ...(url === null ? {} : { url: bytesOf(url) }),
    ...(verb === undefined ? {} : { method: verb }),
    ...(tag === null ? {} : { tag: bytesOf(tag) }),
  };
}

const toInteger = (given: bigint) => Number(BigInt.asIntN(32, given) === given ? given : -1n);

/** The end of the year 9999; the end of a lease is earlier. */
const LAST_MOMENT = 253_402_300_799_999_999n;

const within = (moment: bigint) => (moment < 0n || moment > LAST_MOMENT ? LAST_MOMENT : moment);
