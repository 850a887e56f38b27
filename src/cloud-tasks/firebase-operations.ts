// Firebase's emulator of task queue functions: what firebase-admin and firebase-tools ask of it, as operations. Their
// paths have no version, and their tasks and queues have other defaults than those of Cloud Tasks.

import { fromJson, type JsonObject, type MessageShape } from '@bufbuild/protobuf';
import { EmptySchema, StructSchema } from '@bufbuild/protobuf/wkt';
import { listAllCloudQueues, updateCloudQueue } from '../store/cloud-queues.ts';
import { listQueues } from '../store/queues.ts';
import { MISSING_TASK } from './errors.ts';
import { queueOfFunction, registeredFunction } from './firebase-queue.ts';
import { functionStatistics } from './firebase-statistics.ts';
import { durationOf } from './moments.ts';
import { parseQueue, queueIn } from './names.ts';
import { type Operation, operation } from './operation.ts';
import { maskedSettings, settingsOf } from './queue-message.ts';
import { RegisterFunctionRequest } from './schema/firebase.ts';
import { requestsV2, type TaskV2 } from './schema/v2.ts';
import { createTask, deleteNamedTask } from './task-operations.ts';
import { V2 } from './versions/v2.ts';

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
      const settings = settingsOf(V2, V2.readQueue(queueOfFunction(name, registered)));
      await updateCloudQueue(executor, path, path.queue, settings, maskedSettings(V2, []), 'push');
      return struct({ taskQueueConfig: { ...registered } });
    },
  }),
  operation({
    ...{ service: SERVICE, name: 'Enqueue', verb: 'POST', paths: [`/{parent=${QUEUE}}/tasks`], body: '*' },
    ...{ right: 'enqueue', queue: below },
    request: requestsV2.CreateTaskRequest,
    response: V2.Task,
    run: (request, context) => createTask(V2, withDeadline(request), context),
  }),
  operation({
    ...{ service: SERVICE, name: 'Delete', verb: 'DELETE', paths: [`/{name=${QUEUE}/tasks/*}`] },
    ...{ right: 'operate', queue: named, errors: MISSING_TASK },
    request: requestsV2.DeleteTaskRequest,
    response: EmptySchema,
    run: async ({ name }, { executor }) => {
      await deleteNamedTask(V2, executor, name);
      return {};
    },
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

type Request = MessageShape<typeof requestsV2.CreateTaskRequest>;

function withDeadline(request: Request): Request {
  const task = request.task as MessageShape<typeof TaskV2> | undefined;
  if (!task || task.dispatchDeadline) return request;
  return { ...request, task: { ...task, dispatchDeadline: durationOf(DEADLINE_SECONDS) } as typeof task };
}

const struct = (document: JsonObject) => fromJson(StructSchema, document);
