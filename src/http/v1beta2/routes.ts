// App Engine's REST API of pull queues, `taskqueue` v1beta2. The project in a path is not looked at. `tasks/lease` comes first: no task can be called so.

import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { leaseOrWait } from '../../client/lease-or-wait.ts';
import type { Waits } from '../../client/waits.ts';
import { TombstonedTaskError } from '../../domain/errors.ts';
import { MAX_LEASE_SECONDS, MAX_TASKS_PER_LEASE } from '../../domain/limits.ts';
import {
  finishRestTask,
  getRestTask,
  insertRestTask,
  leaseRestTasks,
  listRestTasks,
  modifyRestTask,
} from '../../store/pull-rest.ts';
import { fetchStatistics } from '../../store/queue-statistics.ts';
import { type AccessOptions, type Action, accessibleQueue } from './access.ts';
import { ApiError, answer, renderApiError } from './answer.ts';
import { queueDocument, taskDocument, tasksDocument } from './documents.ts';
import { flagParameter, numberParameter, readTask, requiredNumber } from './parameters.ts';

/** A task of 1 MB in base64, and what stands around it. */
const MAX_BODY_BYTES = 2_097_152;
/** Longest that a lease call waits (`waitSecs`): shorter than proxies keep a silent request. */
const MAX_WAIT_SECONDS = 60;

export interface PullRestOptions extends AccessOptions {
  waits: Waits;
}

const QUEUE = '/projects/:project/taskqueues/:queue';
const TASK = `${QUEUE}/tasks/:task`;

/** The API; every route asks itself whether the caller may use the queue. */
export function pullRest(options: PullRestOptions): Hono {
  const { executor } = options;
  const api = new Hono();
  const queueOf = (context: Context, action: Action = 'consume') =>
    accessibleQueue(context, options, context.req.param('queue') ?? '', action);

  api.get(QUEUE, async (context) => {
    const queue = await queueOf(context);
    if (!flagParameter(context, 'getStats')) return answer(context, queueDocument(queue, undefined));
    return answer(context, queueDocument(queue, await fetchStatistics(executor, queue.name)));
  });

  api.get(`${QUEUE}/tasks`, async (context) => {
    const { name } = await queueOf(context);
    return answer(context, tasksDocument(name, await listRestTasks(executor, name)));
  });

  api.post(`${QUEUE}/tasks`, bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }), async (context) => {
    const { name } = await queueOf(context, 'insert');
    const { id, payload, tag, leaseTimestamp } = await readTask(context, name);
    if (payload === undefined) throw new ApiError(400, 'Required member: payloadBase64', 'required');
    if (id === 'lease') throw new ApiError(400, 'a task can’t be called lease');
    const task = { name: id, payload, tag, eta: leaseTimestamp || undefined };
    return answer(context, taskDocument(name, await insertRestTask(executor, name, task)));
  });

  api.post(`${QUEUE}/tasks/lease`, async (context) => {
    const { name } = await queueOf(context);
    const ask = readLease(context);
    const waitSeconds = numberParameter(context, 'waitSecs', 0, MAX_WAIT_SECONDS);
    const lease = () => leaseRestTasks(executor, name, ask);
    const waiting = { waitSeconds, signal: context.req.raw.signal };
    return answer(context, tasksDocument(name, await leaseOrWait(lease, options.waits, name, ask.tag, waiting)));
  });

  api.get(TASK, async (context) => {
    const { name } = await queueOf(context);
    return answer(context, taskDocument(name, await getRestTask(executor, name, context.req.param('task'))));
  });

  const modify = async (context: Context, needsProof: boolean) => {
    const { name } = await queueOf(context);
    const id = context.req.param('task') ?? '';
    const seconds = requiredNumber(context, 'newLeaseSeconds', 0, MAX_LEASE_SECONDS);
    const sent = await readTask(context, name);
    if (sent.id !== undefined && sent.id !== id)
      throw new ApiError(400, `the id is ${sent.id}, and the path says ${id}`);
    if (needsProof && sent.leaseTimestamp === undefined)
      throw new ApiError(400, 'Required member: leaseTimestamp', 'required');
    const modified = await modifyRestTask(executor, name, id, seconds, sent.leaseTimestamp).catch(notFoundIfGone);
    return answer(context, taskDocument(name, modified));
  };
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge });
  api.post(TASK, limit, (context) => modify(context, true));
  api.patch(TASK, limit, (context) => modify(context, false));

  api.delete(TASK, async (context) => {
    const { name } = await queueOf(context);
    const id = context.req.param('task');
    if (!(await finishRestTask(executor, name, id))) throw new ApiError(404, `queue ${name} has no task ${id}`);
    return context.body(null, 200);
  });

  api.onError(renderApiError);
  return api;
}

function readLease(context: Context) {
  const seconds = requiredNumber(context, 'leaseSecs', 0, MAX_LEASE_SECONDS);
  const tasks = requiredNumber(context, 'numTasks', 1, MAX_TASKS_PER_LEASE);
  const byTag = flagParameter(context, 'groupByTag');
  const tag = context.req.query('tag');
  if (tag !== undefined && !byTag) throw new ApiError(400, 'tag needs groupByTag=true');
  return { seconds, tasks, byTag, tag };
}

/** A task that has ended can't be found. */
function notFoundIfGone(error: unknown): never {
  throw error instanceof TombstonedTaskError ? new ApiError(404, error.message) : error;
}

function tooLarge(): never {
  throw new ApiError(400, 'the request is too large');
}
