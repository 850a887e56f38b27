// Batches of tasks. Each task is created or deleted by itself, so a batch may succeed in part. The batch has run when
// it is answered; its operation can be asked for afterwards.

import { randomUUID } from 'node:crypto';
import { create, fromJson, type JsonValue, type Message, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { type Any, anyPack, EmptySchema, timestampNow } from '@bufbuild/protobuf/wkt';
import { beginCloudOperation, endCloudOperation } from '../store/cloud-operations.ts';
import { type ErrorRule, MISSING_TASK, statusOf } from './errors.ts';
import { locationName, parseQueue, parseTask, type QueuePath, queueIn, queueName } from './names.ts';
import { type Operation, type OperationContext, operation } from './operation.ts';
import { REGISTRY } from './registry.ts';
import { LongRunningOperation } from './schema/long-running.ts';
import type { RequestMessages } from './schema/requests.ts';
import type { Status } from './schema/rpc.ts';
import { CODES, StatusError } from './status.ts';
import { createTask, deleteNamedTask } from './task-operations.ts';
import type { ApiVersion } from './versions/version.ts';

const MOST_CREATED = 100;
const MOST_DELETED = 1000;
/** How many of a batch are under way at a time, so that one batch does not take all connections. */
const AT_A_TIME = 4;

const below = (request: { parent: string }) => queueIn(request.parent);

/** Those of a version. */
export const batchOperations = (version: ApiVersion): Operation[] => [creationOf(version), deletionOf(version)];

const tasksAt = ({ id }: ApiVersion) => `/${id}/{parent=projects/*/locations/*/queues/*}/tasks`;

const creationOf = (version: ApiVersion) =>
  operation({
    ...{ service: version.service, name: 'BatchCreateTasks', verb: 'POST', body: '*' },
    ...{ paths: [`${tasksAt(version)}:batchCreate`], right: 'enqueue', queue: below },
    request: version.messages.BatchCreateTasksRequest,
    response: LongRunningOperation,
    run: async ({ parent, requests, requestId }, context) => {
      const { BatchCreateTasksMetadata, BatchCreateTasksResponse } = version.messages;
      const queue = parseQueue(parent);
      requireCount('requests', requests.length, MOST_CREATED);
      if (requests.some((one) => one.parent !== '' && one.parent !== parent))
        throw new StatusError('INVALID_ARGUMENT', `the parent of each request must be ${parent}`);
      return asOperation(context, queue, requestId, BatchCreateTasksMetadata, async () => {
        const results = await each(requests, (one) => createTask(version, { ...one, parent }, context), []);
        const tasks = results.filter((one): one is Message => !(one instanceof StatusError));
        const response = create(BatchCreateTasksResponse, { tasks });
        return { results, states: CREATE_STATES, response: anyPack(BatchCreateTasksResponse, response) };
      });
    },
  });

const deletionOf = (version: ApiVersion) =>
  operation({
    ...{ service: version.service, name: 'BatchDeleteTasks', verb: 'POST', body: '*' },
    ...{ paths: [`${tasksAt(version)}:batchDelete`], right: 'operate', queue: below },
    request: version.messages.BatchDeleteTasksRequest,
    response: LongRunningOperation,
    run: async ({ parent, names, requestId }, context) => {
      const queue = parseQueue(parent);
      requireCount('names', names.length, MOST_DELETED);
      for (const name of names) requireBelow(queue, name);
      return asOperation(context, queue, requestId, version.messages.BatchDeleteTasksMetadata, async () => {
        const results = await each(names, (name) => deleteNamedTask(version, context.executor, name), MISSING_TASK);
        return { results, states: DELETE_STATES, response: anyPack(EmptySchema, create(EmptySchema)) };
      });
    },
  });

interface States {
  succeeded: number;
  partially: number;
  failed: number;
}

const CREATE_STATES: States = { succeeded: 2, partially: 5, failed: 3 };
const DELETE_STATES: States = { succeeded: 2, partially: 3, failed: 4 };
const RUNNING = 1;

interface Batch {
  results: readonly unknown[];
  states: States;
  response: Any;
}

type Metadata = RequestMessages['BatchCreateTasksMetadata' | 'BatchDeleteTasksMetadata'];
type Answer = MessageInitShape<typeof LongRunningOperation>;

/** Runs a batch once for each request id, and keeps what came of it. */
async function asOperation(
  { executor }: OperationContext,
  queue: QueuePath,
  requestId: string,
  metadata: Metadata,
  run: () => Promise<Batch>,
): Promise<Answer> {
  if (requestId !== '' && !/^[A-Za-z0-9-]{1,64}$/.test(requestId))
    throw new StatusError('INVALID_ARGUMENT', 'requestId must be a UUID');
  const id = requestId || randomUUID();
  const name = `${locationName(queue)}/operations/${id}`;
  const startTime = timestampNow();
  const json = (answer: Answer) => ({
    queue: queue.queue,
    operation: toJson(LongRunningOperation, create(LongRunningOperation, answer), { registry: REGISTRY }),
  });
  if (requestId !== '') {
    const running = { name, metadata: anyPack(metadata, create(metadata, { startTime, state: RUNNING })) };
    const known = await beginCloudOperation(executor, queue, id, json(running));
    if (known !== null) return fromJson(LongRunningOperation, known as JsonValue, { registry: REGISTRY });
  }
  const { results, states, response } = await run();
  const failedRequests = failures(results);
  const failed = Object.keys(failedRequests).length;
  const state = failed === 0 ? states.succeeded : failed < results.length ? states.partially : states.failed;
  const done = anyPack(metadata, create(metadata, { startTime, endTime: timestampNow(), state, failedRequests }));
  const answer: Answer = {
    ...{ name, metadata: done, done: true },
    result: failed < results.length ? { case: 'response', value: response } : { case: 'error', value: NONE_SUCCEEDED },
  };
  await endCloudOperation(executor, queue, id, json(answer));
  return answer;
}

const NONE_SUCCEEDED = {
  code: CODES.ABORTED,
  message: 'None of the requests succeeded, refer to metadata.failed_requests for individual error details',
};

function failures(results: readonly unknown[]): Record<number, MessageInitShape<typeof Status>> {
  const failed = results.map((result, index) => [index, result] as const);
  return Object.fromEntries(
    failed.flatMap(([index, result]) =>
      result instanceof StatusError ? [[index, { code: CODES[result.code], message: result.message }]] : [],
    ),
  );
}

/** What each item gives, in order; an error for one that failed. */
async function each<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  errors: readonly ErrorRule[],
): Promise<(Result | StatusError)[]> {
  const results: (Result | StatusError)[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) {
      results[index] = await work(item).catch((error: unknown) => statusOf(error, errors));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  return results;
}

function requireCount(what: string, count: number, most: number): void {
  if (count < 1 || count > most)
    throw new StatusError('INVALID_ARGUMENT', `${what} must have 1 to ${most} entries, got ${count}`);
}

function requireBelow(queue: QueuePath, name: string): void {
  const task = parseTask(name);
  if (queueName(task, task.queue) === queueName(queue, queue.queue)) return;
  throw new StatusError('INVALID_ARGUMENT', `names must be tasks of ${queueName(queue, queue.queue)}, got ${name}`);
}
