// Firebase's emulator of task queue functions: what firebase-admin and firebase-tools ask of it, as operations. Their
// paths have no version, and their tasks and queues have other defaults than those of Cloud Tasks.

import { fromJson, type JsonObject, type MessageShape } from '@bufbuild/protobuf';
import { EmptySchema, StructSchema } from '@bufbuild/protobuf/wkt';
import { listAllCloudQueues, updateCloudQueue } from '../store/cloud-queues.ts';
import { listQueues } from '../store/queues.ts';
import { queueOfFunction, registeredFunction } from './firebase-queue.ts';
import { functionStatistics } from './firebase-statistics.ts';
import { durationOf } from './moments.ts';
import { parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import { maskedSettings, settingsOf } from './queue-message.ts';
import { RegisterFunctionRequest } from './schema/firebase.ts';
import { CreateTaskRequest } from './schema/requests.ts';
import { TaskMessage } from './schema/task.ts';
import { createTask, taskDeletion } from './task-operations.ts';

const SERVICE = 'firebase.TaskQueueFunctions';
const QUEUE = 'projects/*/locations/*/queues/*';
/** Of a task that names none. */
const DEADLINE_SECONDS = 60;

const named = ({ name }: { name: string }) => queueIn(name);
const below = ({ parent }: { parent: string }) => queueIn(parent);

export const firebaseOperations: readonly Operation[] = [
  operation({
    ...{ service: SERVICE, name: 'Register', verb: 'POST', paths: [`/{name=${QUEUE}}`], body: 'config' },
    ...{ right: 'admin', queue: named },
    request: RegisterFunctionRequest,
    response: StructSchema,
    run: async ({ name, config }, { executor }) => {
      const path = parseQueue(name);
      const registered = registeredFunction(config ?? {});
      const settings = settingsOf(queueOfFunction(name, registered));
      await updateCloudQueue(executor, path, path.queue, settings, maskedSettings([]));
      return struct({ taskQueueConfig: { ...registered } });
    },
  }),
  operation({
    ...{ service: SERVICE, name: 'Enqueue', verb: 'POST', paths: [`/{parent=${QUEUE}}/tasks`], body: '*' },
    ...{ right: 'enqueue', queue: below },
    request: CreateTaskRequest,
    response: TaskMessage,
    run: (request, context) => createTask(withDeadline(request), context),
  }),
  operation({
    ...taskDeletion,
    ...{ service: SERVICE, paths: [`/{name=${QUEUE}/tasks/*}`] },
  }),
  operation({
    ...{ service: SERVICE, name: 'Statistics', verb: 'GET', paths: ['/queueStats'], right: undefined },
    request: EmptySchema,
    response: StructSchema,
    run: async (_, { executor, may }) => {
      const seen = (await listAllCloudQueues(executor)).filter(({ name }) => may('read', name));
      return struct(functionStatistics(seen, await listQueues(executor)));
    },
  }),
];

function withDeadline(request: MessageShape<typeof CreateTaskRequest>): MessageShape<typeof CreateTaskRequest> {
  const { task } = request;
  if (!task || task.dispatchDeadline) return request;
  return { ...request, task: { ...task, dispatchDeadline: durationOf(DEADLINE_SECONDS) } };
}

const struct = (document: JsonObject) => fromJson(StructSchema, document);
