// The operations on single tasks.

import { type Message, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { EmptySchema } from '@bufbuild/protobuf/wkt';
import type { CloudTask } from '../domain/cloud-task.ts';
import type { HttpTarget } from '../domain/http-task.ts';
import { getCloudQueue } from '../store/cloud-queues.ts';
import * as store from '../store/cloud-tasks.ts';
import { bufferedTask } from './buffered-task.ts';
import { MISSING_TASK } from './errors.ts';
import { requireSendable } from './http-task-rules.ts';
import { parseQueue, parseTask, type QueuePath, queueIn } from './names.ts';
import { newTask } from './new-task.ts';
import { type Operation, type OperationContext, operation } from './operation.ts';
import { pageSizeOf, pageToken, partsOf } from './pages.ts';
import type { RequestMessages } from './schema/requests.ts';
import { View } from './schema/task.ts';
import { StatusError } from './status.ts';
import { shownTask } from './task-message.ts';
import type { ApiVersion } from './versions/version.ts';

type Definition = (version: ApiVersion) => Operation;

const QUEUE = 'projects/*/locations/*/queues/*';
const MOST_TASKS = 1000;

/** Those of a version. */
export const taskOperations = (version: ApiVersion): Operation[] =>
  [listTasks, getTask, createOneTask, deleteTask, runTask, bufferTask].map((define) => define(version));

const tasksAt = ({ id }: ApiVersion) => `/${id}/{parent=${QUEUE}}/tasks`;
const taskAt = ({ id }: ApiVersion) => `/${id}/{name=${QUEUE}/tasks/*}`;
const named = (request: { name: string }) => queueIn(request.name);
const below = (request: { parent: string }) => queueIn(request.parent);
const shown = (version: ApiVersion, task: CloudTask, path: QueuePath) => version.writeTask(shownTask(task, path));

const listTasks: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'ListTasks', verb: 'GET', paths: [tasksAt(version)] },
    ...{ right: 'read', queue: below },
    request: version.messages.ListTasksRequest,
    response: version.messages.ListTasksResponse,
    run: async ({ parent, responseView, pageSize, pageToken: token }, context) => {
      const path = parseQueue(parent);
      const limit = pageSizeOf(pageSize, MOST_TASKS);
      const withBody = wantsBody(responseView, path, context);
      const cursor = token === '' ? undefined : partsOf(token, 1)[0];
      const selection = { cursor, limit, withBody, mode: version.mode };
      const page = await store.listCloudTasks(context.executor, path, path.queue, selection);
      return {
        tasks: page.tasks.map((task) => shown(version, task, path)),
        nextPageToken: page.cursor === undefined ? '' : pageToken(page.cursor),
      };
    },
  });

const getTask: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'GetTask', verb: 'GET', paths: [taskAt(version)], errors: MISSING_TASK },
    ...{ right: 'read', queue: named, request: version.messages.GetTaskRequest, response: version.Task },
    run: async ({ name, responseView }, context) => {
      const path = parseTask(name);
      const withBody = wantsBody(responseView, path, context);
      const { executor } = context;
      const task = await store.getCloudTask(executor, path, path.queue, path.task, withBody, version.mode);
      return shown(version, task, path);
    },
  });

const createOneTask: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'CreateTask', verb: 'POST', paths: [tasksAt(version)], body: '*' },
    ...{ right: 'enqueue', queue: below, request: version.messages.CreateTaskRequest, response: version.Task },
    run: (request, context) => createTask(version, request, context),
  });

const deleteTask: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'DeleteTask', verb: 'DELETE', paths: [taskAt(version)] },
    ...{ right: 'operate', queue: named, errors: MISSING_TASK },
    request: version.messages.DeleteTaskRequest,
    response: EmptySchema,
    run: async ({ name }, { executor }) => {
      await deleteNamedTask(version, executor, name);
      return {};
    },
  });

const runTask: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'RunTask', verb: 'POST', paths: [`${taskAt(version)}:run`], body: '*' },
    ...{ right: 'operate', queue: named, errors: MISSING_TASK },
    request: version.messages.RunTaskRequest,
    response: version.Task,
    run: async ({ name, responseView }, context) => {
      const path = parseTask(name);
      const withBody = wantsBody(responseView, path, context);
      const { executor, signal } = context;
      return shown(version, await store.runCloudTask(executor, path, path.queue, path.task, withBody, signal), path);
    },
  });

const bufferTask: Definition = (version) =>
  operation({
    ...{ service: version.service, name: 'BufferTask', verb: 'POST', body: '*', right: 'enqueue' },
    paths: [
      `/${version.id}/{queue=${QUEUE}}/tasks/{task_id=*}:buffer`,
      `/${version.id}/{queue=${QUEUE}}/tasks:buffer`,
      `/${version.id}/{queue=${QUEUE}}/tasks/:buffer`,
    ],
    queue: ({ queue }) => queueIn(queue),
    request: version.messages.BufferTaskRequest,
    response: version.messages.BufferTaskResponse,
    run: async ({ queue, taskId, body }, context) => {
      const path = parseQueue(queue);
      const task = bufferedTask(taskId, body, path, await httpTargetOf(context, path));
      await requireSendable(context, path, task);
      return { task: shown(version, withoutBody(await context.creations.create(path, path.queue, task)), path) };
    },
  });

/** CreateTask, which a batch does too. */
export async function createTask(
  version: ApiVersion,
  { parent, task: message, responseView }: MessageShape<RequestMessages['CreateTaskRequest']>,
  context: OperationContext,
): Promise<Message> {
  const path = parseQueue(parent);
  const withBody = wantsBody(responseView, path, context);
  if (!message) throw new StatusError('INVALID_ARGUMENT', 'task must be given');
  const task = version.readTask(message);
  const namesNoHost = task.payload.case === 'httpRequest' && task.payload.value.url === '';
  const emptyUrl = namesNoHost && (await saysWhere(context, path));
  const made = newTask(task, path, { emptyUrl, size: () => toBinary(version.Task, message).length });
  await requireSendable(context, path, made);
  const created = await context.creations.create(path, path.queue, made);
  return shown(version, withBody ? created : withoutBody(created), path);
}

const withoutBody = (task: CloudTask): CloudTask => ({ ...task, body: undefined });

export async function deleteNamedTask(
  { mode }: ApiVersion,
  executor: OperationContext['executor'],
  name: string,
): Promise<void> {
  const path = parseTask(name);
  await store.deleteCloudTask(executor, path, path.queue, path.task, { mode });
}

/**
 * Whether a queue says where its HTTP tasks go, so that their URLs may be empty. The target `default` does not count:
 * it is nobody's intention that a task whose URL was forgotten calls `/` of the application.
 */
async function saysWhere({ executor }: OperationContext, path: QueuePath): Promise<boolean> {
  const { httpTarget, target } = await getCloudQueue(executor, path, path.queue);
  return httpTarget?.uriOverride?.host !== undefined || target !== null;
}

async function httpTargetOf({ executor }: OperationContext, path: QueuePath): Promise<HttpTarget | null> {
  return (await getCloudQueue(executor, path, path.queue)).httpTarget;
}

/** @throws StatusError PERMISSION_DENIED for a body that the caller must not see */
export function wantsBody(view: number, { queue }: QueuePath, { may }: OperationContext): boolean {
  if (view !== View.FULL) return false;
  if (may('payload', queue)) return true;
  throw new StatusError('PERMISSION_DENIED', `responseView FULL requires the right payload on queue ${queue}`);
}
