// App Engine's REST API of pull queues, `taskqueue` v1beta2. The project in the path is ignored. `tasks/lease` comes
// first, so no task can be named lease.

import { leaseOrWait } from '../../client/lease-or-wait.ts';
import type { Waits } from '../../client/waits.ts';
import type { LeasedHook } from '../../cloud-tasks/backend.ts';
import { type ErrorRule, MISSING_TASK } from '../../cloud-tasks/errors.ts';
import { TaskQueueError } from '../../domain/errors.ts';
import { MAX_LEASE_SECONDS, MAX_TASKS_PER_LEASE } from '../../domain/limits.ts';
import type { Queue } from '../../domain/queue.ts';
import type { Right } from '../../domain/rights.ts';
import type { Executor } from '../../postgres/executor.ts';
import {
  finishRestTask,
  getRestTask,
  insertRestTask,
  leaseRestTasks,
  listRestTasks,
  modifyRestTask,
} from '../../store/pull-rest.ts';
import { fetchStatistics } from '../../store/queue-statistics.ts';
import { executorFor } from '../behalf.ts';
import type { RequestContext, Route, Surface } from '../route.ts';
import { QueueAccess } from './access.ts';
import { answer, apiError, renderApiError } from './answer.ts';
import { ApiError } from './api-error.ts';
import { queueDocument, taskDocument, tasksDocument } from './documents.ts';
import { flagParameter, numberParameter, readTask, requiredNumber } from './parameters.ts';

/** Maximum of `waitSecs`: shorter than the time after which proxies drop an idle request. */
const MAX_WAIT_SECONDS = 60;

export interface PullRestOptions {
  executor: Executor;
  waits: Waits;
  /** Told how many tasks a call leased. */
  leased?: LeasedHook | undefined;
}

const QUEUE = '/projects/:project/taskqueues/:queue';
const TASK = `${QUEUE}/tasks/:task`;

/** Returns the API as a surface. */
export function pullRest(options: PullRestOptions): Surface {
  const access = new QueueAccess(options.executor);
  const route = (
    right: Right,
    method: Route['method'],
    path: string,
    work: PullVerb,
    errors: readonly ErrorRule[] = [],
  ): Route => ({
    method,
    path,
    needs: { right, queue: 'queue' },
    answer: async (context) => {
      const executor = executorFor(context, options.executor);
      const queue = await access.queueOf(context);
      return work({ ...options, context, executor, queue }).catch((error: unknown) => {
        throw error instanceof TaskQueueError ? apiError(error, errors) : error;
      });
    },
  });
  return {
    prefix: '/taskqueue/v1beta2',
    tokensInUrl: true,
    admits: access.admits,
    renderError: renderApiError,
    routes: [
      route('read', 'GET', QUEUE, getQueue),
      route('read', 'GET', `${QUEUE}/tasks`, listTasks),
      route('enqueue', 'POST', `${QUEUE}/tasks`, insertTask),
      route('lease', 'POST', `${QUEUE}/tasks/lease`, leaseTasks),
      route('payload', 'GET', TASK, getTask, MISSING_TASK),
      route('lease', 'POST', TASK, (request) => modifyTask(request, true), MISSING_TASK),
      route('lease', 'PATCH', TASK, (request) => modifyTask(request, false), MISSING_TASK),
      route('lease', 'DELETE', TASK, deleteTask),
      NOTHING_ELSE,
    ],
  };
}

const NOTHING_ELSE: Route = {
  method: 'ALL',
  path: '/*',
  needs: 'known',
  takesBytes: true,
  answer: ({ req }) => {
    throw new ApiError(404, `there is nothing at ${req.path}`);
  },
};

/** An authorised request. */
interface PullRequest extends PullRestOptions {
  context: RequestContext;
  queue: Queue;
}

type PullVerb = (request: PullRequest) => Promise<Response>;

const getQueue: PullVerb = async ({ context, executor, queue }) => {
  if (!flagParameter(context, 'getStats')) return answer(context, queueDocument(queue, undefined));
  return answer(context, queueDocument(queue, await fetchStatistics(executor, queue.name)));
};

const listTasks: PullVerb = async ({ context, executor, queue: { name } }) =>
  answer(context, tasksDocument(name, await listRestTasks(executor, name)));

const insertTask: PullVerb = async ({ context, executor, queue: { name } }) => {
  const { id, payload, tag, leaseTimestamp } = await readTask(context, name);
  if (payload === undefined) throw new ApiError(400, 'Required member: payloadBase64', 'required');
  if (id === 'lease') throw new ApiError(400, 'the id of a task must not be lease');
  const task = { name: id, payload, tag, eta: leaseTimestamp || undefined };
  return answer(context, taskDocument(name, await insertRestTask(executor, name, task)));
};

const leaseTasks: PullVerb = async ({ context, executor, waits, leased, queue: { name } }) => {
  const ask = readLease(context);
  const waitSeconds = numberParameter(context, 'waitSecs', 0, MAX_WAIT_SECONDS);
  const lease = () => leaseRestTasks(executor, name, ask);
  const waiting = { waitSeconds, signal: context.req.raw.signal };
  const tasks = await leaseOrWait(lease, waits, name, ask.tag, waiting);
  leased?.(name, tasks.length);
  return answer(context, tasksDocument(name, tasks));
};

const getTask: PullVerb = async ({ context, executor, queue: { name } }) =>
  answer(context, taskDocument(name, await getRestTask(executor, name, taskName(context))));

async function modifyTask({ context, executor, queue: { name } }: PullRequest, needsProof: boolean): Promise<Response> {
  const id = taskName(context);
  const seconds = requiredNumber(context, 'newLeaseSeconds', 0, MAX_LEASE_SECONDS);
  const sent = await readTask(context, name);
  if (sent.id !== undefined && sent.id !== id)
    throw new ApiError(400, `id must be that of the path, ${id}, got ${sent.id}`);
  if (needsProof && sent.leaseTimestamp === undefined)
    throw new ApiError(400, 'Required member: leaseTimestamp', 'required');
  const modified = await modifyRestTask(executor, name, id, seconds, sent.leaseTimestamp);
  return answer(context, taskDocument(name, modified));
}

const deleteTask: PullVerb = async ({ context, executor, queue: { name } }) => {
  const id = taskName(context);
  if (!(await finishRestTask(executor, name, id))) throw new ApiError(404, `queue ${name} has no task ${id}`);
  return context.body(null, 200);
};

const taskName = (context: RequestContext) => context.req.param('task') ?? '';

function readLease(context: RequestContext) {
  const seconds = requiredNumber(context, 'leaseSecs', 0, MAX_LEASE_SECONDS);
  const tasks = requiredNumber(context, 'numTasks', 1, MAX_TASKS_PER_LEASE);
  const byTag = flagParameter(context, 'groupByTag');
  const tag = context.req.query('tag');
  if (tag !== undefined && !byTag) throw new ApiError(400, 'tag requires groupByTag=true');
  return { seconds, tasks, byTag, tag };
}
