// The operations on single tasks.

import type { MessageShape } from '@bufbuild/protobuf';
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
import * as messages from './schema/requests.ts';
import { TaskMessage, View } from './schema/task.ts';
import { CLOUD_TASKS } from './services.ts';
import { StatusError } from './status.ts';
import { taskMessage } from './task-message.ts';

const QUEUE = 'projects/*/locations/*/queues/*';
const TASKS = `/v2/{parent=${QUEUE}}/tasks`;
const TASK = `/v2/{name=${QUEUE}/tasks/*}`;
const MOST_TASKS = 1000;

const named = (request: { name: string }) => queueIn(request.name);
const below = (request: { parent: string }) => queueIn(request.parent);

export const taskDeletion = operation({
  ...{ service: CLOUD_TASKS, name: 'DeleteTask', verb: 'DELETE', paths: [TASK], right: 'operate', queue: named },
  errors: MISSING_TASK,
  request: messages.DeleteTaskRequest,
  response: EmptySchema,
  run: async ({ name }, { executor }) => {
    await deleteNamedTask(executor, name);
    return {};
  },
});

export const taskOperations: readonly Operation[] = [
  operation({
    ...{ service: CLOUD_TASKS, name: 'ListTasks', verb: 'GET', paths: [TASKS], right: 'read', queue: below },
    request: messages.ListTasksRequest,
    response: messages.ListTasksResponse,
    run: async ({ parent, responseView, pageSize, pageToken: token }, context) => {
      const path = parseQueue(parent);
      const limit = pageSizeOf(pageSize, MOST_TASKS);
      const withBody = wantsBody(responseView, path, context);
      const cursor = token === '' ? undefined : partsOf(token, 1)[0];
      const page = await store.listCloudTasks(context.executor, path, path.queue, { cursor, limit, withBody });
      return {
        tasks: page.tasks.map((task) => taskMessage(task, path)),
        nextPageToken: page.cursor === undefined ? '' : pageToken(page.cursor),
      };
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'GetTask', verb: 'GET', paths: [TASK], right: 'read', queue: named },
    errors: MISSING_TASK,
    request: messages.GetTaskRequest,
    response: TaskMessage,
    run: async ({ name, responseView }, context) => {
      const path = parseTask(name);
      const withBody = wantsBody(responseView, path, context);
      return taskMessage(await store.getCloudTask(context.executor, path, path.queue, path.task, withBody), path);
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'CreateTask', verb: 'POST', paths: [TASKS], body: '*' },
    ...{ right: 'enqueue', queue: below },
    request: messages.CreateTaskRequest,
    response: TaskMessage,
    run: createTask,
  }),
  taskDeletion,
  operation({
    ...{ service: CLOUD_TASKS, name: 'RunTask', verb: 'POST', paths: [`${TASK}:run`], body: '*' },
    ...{ right: 'operate', queue: named, errors: MISSING_TASK },
    request: messages.RunTaskRequest,
    response: TaskMessage,
    run: async ({ name, responseView }, context) => {
      const path = parseTask(name);
      const withBody = wantsBody(responseView, path, context);
      const { executor, signal } = context;
      return taskMessage(await store.runCloudTask(executor, path, path.queue, path.task, withBody, signal), path);
    },
  }),
  operation({
    ...{ service: CLOUD_TASKS, name: 'BufferTask', verb: 'POST', body: '*', right: 'enqueue' },
    paths: [
      `/v2/{queue=${QUEUE}}/tasks/{task_id=*}:buffer`,
      `/v2/{queue=${QUEUE}}/tasks:buffer`,
      `/v2/{queue=${QUEUE}}/tasks/:buffer`,
    ],
    queue: ({ queue }) => queueIn(queue),
    request: messages.BufferTaskRequest,
    response: messages.BufferTaskResponse,
    run: async ({ queue, taskId, body }, context) => {
      const path = parseQueue(queue);
      const task = bufferedTask(taskId, body, path, await httpTargetOf(context, path));
      await requireSendable(context, path, task);
      return { task: taskMessage(withoutBody(await context.creations.create(path, path.queue, task)), path) };
    },
  }),
];

/** CreateTask, which a batch does too. */
export async function createTask(
  { parent, task, responseView }: MessageShape<typeof messages.CreateTaskRequest>,
  context: OperationContext,
): Promise<MessageShape<typeof TaskMessage>> {
  const path = parseQueue(parent);
  const withBody = wantsBody(responseView, path, context);
  const namesNoHost = task?.messageType.case === 'httpRequest' && task.messageType.value.url === '';
  const made = newTask(task, path, namesNoHost && (await saysWhere(context, path)));
  await requireSendable(context, path, made);
  const created = await context.creations.create(path, path.queue, made);
  return taskMessage(withBody ? created : withoutBody(created), path);
}

const withoutBody = (task: CloudTask): CloudTask => ({ ...task, body: undefined });

export async function deleteNamedTask(executor: OperationContext['executor'], name: string): Promise<void> {
  const path = parseTask(name);
  await store.deleteCloudTask(executor, path, path.queue, path.task);
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
function wantsBody(view: number, { queue }: QueuePath, { may }: OperationContext): boolean {
  if (view !== View.FULL) return false;
  if (may('payload', queue)) return true;
  throw new StatusError('PERMISSION_DENIED', `responseView FULL requires the right payload on queue ${queue}`);
}
