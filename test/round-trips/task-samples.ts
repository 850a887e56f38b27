// A sample of every argument of `add` and of every property of a new task. One that is missing does not compile.

import path from 'node:path';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import type { Lease } from '../../src/domain/lease.ts';
import type { NewTask, TaskDetails, TaskStatus } from '../../src/domain/task.ts';
import type { functions } from '../../src/schema/functions.ts';

type AddArgument = keyof (typeof functions)['add'];
/** Arguments that say how a task is added, and not what it is. */
type OfTheCall = 'queue' | 'transactional' | 'if_exists' | 'wake';
type TaskArgument = Exclude<AddArgument, OfTheCall>;

export interface TaskSample {
  value: unknown;
  /** Push if it is left out. */
  mode?: 'pull';
  /** It has no other payload then. */
  isBody?: true;
  /** What there is to see of the task. */
  shows: Partial<TaskStatus & TaskDetails & { payload: Uint8Array }>;
  /** What a handler or a worker receives; nothing, if only the database needs it. */
  delivers: Partial<Dispatch> | Partial<Lease>;
  /** What `tasks describe --payload` prints. */
  describes: RegExp;
  /** It is over when the task is added again after its death. */
  untilDeath?: true;
}

/** Holds `sample`. */
export const SAMPLE_FILE = path.join(import.meta.dirname, 'sample.txt');

const TOMORROW = new Date(Math.floor(Date.now() / 1000 + 86_400) * 1000);
const RETRY = { taskRetryLimit: 7, taskAgeLimit: 3600, minBackoffSeconds: 0.5, maxBackoffSeconds: 60, maxDoublings: 3 };

const body = (text: string, describes: RegExp) => {
  const payload = Buffer.from(text, 'latin1');
  return { isBody: true, shows: { payload }, delivers: { body: payload }, describes } as const;
};

export const ADD_SAMPLES: Record<TaskArgument, TaskSample> = {
  url: { value: '/sample', shows: { url: '/sample' }, delivers: { url: '/sample' }, describes: /url +\/sample/ },
  method: { value: 'PUT', shows: { method: 'PUT' }, delivers: { method: 'PUT' }, describes: /method +PUT/ },
  payload: { value: 'sample', ...body('sample', /payload +sample/) },
  payload_bytes: { value: Buffer.from([0, 255]), ...body('\x00\xff', /payload +base64 AP8=/) },
  payload_json: { value: '{"a": [1.5]}', ...body('{"a": [1.5]}', /payload +\{"a": \[1\.5\]\}/) },
  params: { value: '{"a": ["1", "b c"]}', ...body('a=1&a=b+c', /payload +a=1&a=b\+c/) },
  headers: {
    value: '{"X-Sample": "1"}',
    shows: { headers: { 'x-sample': '1', 'content-type': 'text/plain; charset=utf-8' } },
    delivers: { headers: { 'x-sample': '1', 'content-type': 'text/plain; charset=utf-8' } },
    describes: /x-sample: 1/,
  },
  name: { value: 'sample', shows: { name: 'sample' }, delivers: { name: 'sample' }, describes: /name +sample/ },
  tag: { value: 'a-tag', mode: 'pull', shows: { tag: 'a-tag' }, delivers: { tag: 'a-tag' }, describes: /tag +a-tag/ },
  countdown: {
    value: 86_400,
    shows: { state: 'scheduled' },
    delivers: {},
    describes: /eta .*in (1d|23h)/,
    untilDeath: true,
  },
  eta: {
    value: TOMORROW.toISOString(),
    shows: { eta: TOMORROW },
    delivers: {},
    describes: /eta .*in (1d|23h)/,
    untilDeath: true,
  },
  target: { value: 'other', shows: { target: 'other' }, delivers: { target: 'other' }, describes: /target +other/ },
  namespace: {
    value: 'tenant',
    shows: { namespace: 'tenant' },
    delivers: { namespace: 'tenant' },
    describes: /namespace +tenant/,
  },
  dispatch_deadline: {
    value: 20.5,
    shows: { dispatchDeadline: 20.5 },
    delivers: { dispatchDeadline: 20.5 },
    describes: /dispatch deadline +20\.5s/,
  },
  retry: {
    value: JSON.stringify({
      ...{ task_retry_limit: 7, task_age_limit: 3600, min_backoff_seconds: 0.5 },
      ...{ max_backoff_seconds: 60, max_doublings: 3 },
    }),
    shows: { retryOptions: RETRY, ownRetryOptions: true },
    delivers: {},
    describes: /task_retry_limit 7.*its own/,
  },
  service: { value: 'front', shows: { target: 'front' }, delivers: { target: 'front' }, describes: /target +front/ },
};

interface PropertySample<Value> {
  /** The argument that it becomes. */
  becomes: TaskArgument;
  value: Value;
  /** Of `tasks add`: every way to say it. */
  flags: readonly (readonly string[])[];
}

const RETRY_FLAGS = ['--task-retry-limit', '7', '--min-backoff-seconds', '500ms', '--max-backoff-seconds', '1m'];

/** Each property of a new task. */
export const PROPERTY_SAMPLES: { [Name in keyof Required<NewTask>]: PropertySample<NewTask[Name]> } = {
  url: { becomes: 'url', value: '/sample', flags: [['--url', '/sample']] },
  method: { becomes: 'method', value: 'PUT', flags: [['--method', 'put']] },
  payload: {
    becomes: 'payload',
    value: 'sample',
    flags: [
      ['--payload', 'sample'],
      ['--payload-file', SAMPLE_FILE],
    ],
  },
  json: { becomes: 'payload_json', value: { a: [1.5] }, flags: [['--json-payload', '{"a": [1.5]}']] },
  params: { becomes: 'params', value: { a: ['1', 'b c'] }, flags: [['--param', 'a=1', '--param', 'a=b c']] },
  headers: { becomes: 'headers', value: { 'X-Sample': '1' }, flags: [['--header', 'X-Sample: 1']] },
  name: { becomes: 'name', value: 'sample', flags: [['--name', 'sample']] },
  tag: { becomes: 'tag', value: 'a-tag', flags: [['--tag', 'a-tag']] },
  countdown: { becomes: 'countdown', value: 86_400, flags: [['--countdown', '1d']] },
  eta: { becomes: 'eta', value: TOMORROW, flags: [['--eta', TOMORROW.toISOString()]] },
  target: { becomes: 'target', value: 'other', flags: [['--target', 'other']] },
  namespace: { becomes: 'namespace', value: 'tenant', flags: [['--namespace', 'tenant']] },
  dispatchDeadline: { becomes: 'dispatch_deadline', value: 20.5, flags: [['--dispatch-deadline', '20.5']] },
  retryOptions: {
    becomes: 'retry',
    value: RETRY,
    flags: [[...RETRY_FLAGS, '--task-age-limit', '1h', '--max-doublings', '3']],
  },
};
