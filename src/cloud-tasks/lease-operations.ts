// What only v2beta2 has: workers that lease tasks of pull queues. The end of a lease, to the microsecond, proves who
// holds it.

import { type Duration, EmptySchema, type Timestamp } from '@bufbuild/protobuf/wkt';
import { MAX_LEASE_SECONDS, MAX_TASKS_PER_LEASE } from '../domain/limits.ts';
import { leaseCloudTasks, modifyCloudLease } from '../store/cloud-leases.ts';
import { deleteCloudTask } from '../store/cloud-tasks.ts';
import { MISSING_TASK } from './errors.ts';
import { durationSeconds, microsecondsOf } from './moments.ts';
import { parseQueue, parseTask, queueIn } from './names.ts';
import { type Operation, type OperationContext, operation } from './operation.ts';
import { leaseRequests as messages } from './schema/v2beta2.ts';
import { StatusError } from './status.ts';
import { shownTask } from './task-message.ts';
import { wantsBody } from './task-operations.ts';
import { V2BETA2 } from './versions/v2beta2.ts';

const { service } = V2BETA2;
const QUEUE = 'projects/*/locations/*/queues/*';
const TASK = `/v2beta2/{name=${QUEUE}/tasks/*}`;

const named = (request: { name: string }) => queueIn(request.name);

export const leaseOperations: readonly Operation[] = [
  operation({
    ...{ service, name: 'LeaseTasks', verb: 'POST', paths: [`/v2beta2/{parent=${QUEUE}}/tasks:lease`], body: '*' },
    ...{ right: 'lease', queue: (request: { parent: string }) => queueIn(request.parent) },
    request: messages.LeaseTasksRequest,
    response: messages.LeaseTasksResponse,
    run: async ({ parent, maxTasks, leaseDuration, responseView, filter }, context) => {
      const path = parseQueue(parent);
      if (maxTasks < 1 || maxTasks > MAX_TASKS_PER_LEASE)
        throw invalid(`maxTasks must be 1 to ${MAX_TASKS_PER_LEASE}`, maxTasks);
      const tasks = await leaseCloudTasks(context.executor, path, path.queue, {
        seconds: secondsOf(leaseDuration),
        tasks: maxTasks,
        ...tagOf(filter),
        withBody: wantsBody(responseView, path, context),
      });
      context.leased?.(path.queue, tasks.length);
      return { tasks: tasks.map((task) => V2BETA2.writeTask(shownTask(task, path))) };
    },
  }),
  operation({
    ...{ service, name: 'AcknowledgeTask', verb: 'POST', paths: [`${TASK}:acknowledge`], body: '*' },
    ...{ right: 'lease', queue: named, errors: MISSING_TASK },
    request: messages.AcknowledgeTaskRequest,
    response: EmptySchema,
    run: async ({ name, scheduleTime }, { executor }) => {
      const path = parseTask(name);
      await deleteCloudTask(executor, path, path.queue, path.task, { mode: 'pull', leaseEnd: proof(scheduleTime) });
      return {};
    },
  }),
  operation({
    ...{ service, name: 'RenewLease', verb: 'POST', paths: [`${TASK}:renewLease`], body: '*' },
    ...{ right: 'lease', queue: named, errors: MISSING_TASK },
    request: messages.RenewLeaseRequest,
    response: V2BETA2.Task,
    run: (request, context) => modifyLease(request, secondsOf(request.leaseDuration), context),
  }),
  operation({
    ...{ service, name: 'CancelLease', verb: 'POST', paths: [`${TASK}:cancelLease`], body: '*' },
    ...{ right: 'lease', queue: named, errors: MISSING_TASK },
    request: messages.CancelLeaseRequest,
    response: V2BETA2.Task,
    run: (request, context) => modifyLease(request, 0, context),
  }),
  operation({
    ...{ service, name: 'UploadQueueYaml', verb: 'POST', paths: ['/v2beta2/api/queue/update'] },
    ...{ body: 'http_body', right: 'admin' },
    request: messages.UploadQueueYamlRequest,
    response: EmptySchema,
    run: async () => {
      throw new StatusError('UNIMPLEMENTED', 'UploadQueueYaml is not offered: run pgtaskqueue queues apply');
    },
  }),
];

async function modifyLease(
  request: { name: string; scheduleTime: Timestamp | undefined; responseView: number },
  seconds: number,
  context: OperationContext,
) {
  const path = parseTask(request.name);
  const change = { leaseEnd: proof(request.scheduleTime), seconds };
  const withBody = wantsBody(request.responseView, path, context);
  const task = await modifyCloudLease(context.executor, path, path.queue, path.task, { ...change, withBody });
  return V2BETA2.writeTask(shownTask(task, path));
}

/** Truncated to seconds. */
function secondsOf(duration: Duration | undefined): number {
  if (!duration) throw new StatusError('INVALID_ARGUMENT', 'leaseDuration must be given');
  const seconds = durationSeconds(duration);
  if (seconds >= 0 && seconds <= MAX_LEASE_SECONDS) return Math.floor(seconds);
  throw invalid(`leaseDuration must be 0s to ${MAX_LEASE_SECONDS}s`, `${seconds}s`);
}

function proof(scheduleTime: Timestamp | undefined): bigint {
  if (scheduleTime) return microsecondsOf(scheduleTime);
  throw new StatusError('INVALID_ARGUMENT', "scheduleTime must be that of the task's lease");
}

/** `tag="x"`, or the tag of the oldest task. */
function tagOf(filter: string): { byTag: boolean; tag?: string } {
  if (filter.trim() === '') return { byTag: false };
  if (/^\s*tag(_function)?\s*=\s*oldest_tag\(\)\s*$/.test(filter)) return { byTag: true };
  const [, quoted, bare] = /^\s*tag\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"()]+))\s*$/.exec(filter) ?? [];
  const tag = quoted?.replace(/\\(.)/g, '$1') ?? bare;
  if (tag !== undefined && tag !== '') return { byTag: true, tag };
  throw invalid('filter must be tag="..." or tag_function=oldest_tag()', JSON.stringify(filter.slice(0, 120)));
}

function invalid(rule: string, got: unknown): StatusError {
  return new StatusError('INVALID_ARGUMENT', `${rule}, got ${got}`);
}
