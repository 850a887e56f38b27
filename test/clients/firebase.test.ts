// Task queue functions of Firebase: firebase-admin adds their tasks, firebase-functions handles them, and their queues
// are registered as firebase-tools does it.

import { deleteApp, initializeApp } from 'firebase-admin/app';
import { getFunctions } from 'firebase-admin/functions';
import { HttpsError } from 'firebase-functions/v2/https';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generatePrivateKey } from '../../src/task-tokens/private-key.ts';
import { useCloudTasks } from './cloud-tasks.ts';
import { FunctionsUnderTest } from './functions.ts';

process.env.METADATA_SERVER_DETECTION = 'none';
process.env.TEST_ID_TOKEN_KEY = generatePrivateKey();

const { url, call, database, handler } = useCloudTasks({ idTokenKey: 'env:TEST_ID_TOKEN_KEY' });
const functions = new FunctionsUnderTest();
const app = initializeApp({ projectId: 'demo' });
const ACCOUNT = 'emulated-service-acct@email.com';

beforeAll(async () => {
  await functions.start();
  process.env.CLOUD_TASKS_EMULATOR_HOST = new URL(url()).host;
});
afterAll(async () => {
  functions.stop();
  await deleteApp(app);
});

const pathOf = (name: string) => `/projects/demo/locations/us-central1/queues/${name}`;
const queueOf = (name: string) => getFunctions(app).taskQueue<object>(name);
const register = (name: string, config: object) => call('POST', pathOf(name), config);
const queueAt = async (name: string) => (await call('GET', `/v2${pathOf(name)}`)).json;
const tasksOf = async (name: string) => (await call('GET', `/v2${pathOf(name)}/tasks`)).json.tasks ?? [];

/** Adds a function and registers it with a body such as firebase-tools'. */
async function serve(name: string, config: object = {}, answer?: Parameters<typeof functions.add>[1]): Promise<string> {
  const defaultUri = functions.add(name, answer);
  const retryConfig = { minBackoffSeconds: 0.01 };
  expect((await register(name, { retryConfig, rateLimits: {}, invoker: [], ...config, defaultUri })).status).toBe(200);
  return defaultUri;
}

test('a task is sent to the function of its queue, with a token that the function decodes, and is gone', async () => {
  const uri = await serve('greet');
  await queueOf('greet').enqueue({ to: 'ada' }, { id: 'first' });
  await expect.poll(() => functions.received('greet').length).toBe(1);
  const [request] = functions.received('greet');
  expect(request).toMatchObject({ data: { to: 'ada' }, queueName: 'greet', id: 'first', retryCount: 0 });
  expect(request).toMatchObject({ executionCount: 0, auth: { token: { email: ACCOUNT, aud: uri } } });
  expect(Math.abs(Number(request?.scheduledTime) - Date.now() / 1000)).toBeLessThan(60);
  await expect.poll(() => tasksOf('greet')).toEqual([]);
});

test('a failed attempt is repeated, and the function is told of it', async () => {
  await serve('retried', {}, (_, earlier) => {
    if (earlier === 0) throw new HttpsError('resource-exhausted', 'not now');
  });
  await queueOf('retried').enqueue({});
  await expect.poll(() => functions.received('retried').map(({ retryCount }) => retryCount)).toEqual([0, 1]);
  expect(functions.received('retried')[1]).toMatchObject({ executionCount: 1, previousResponse: 429 });
});

test('a queue without other settings gives up after three attempts', async () => {
  await serve('failing', {}, () => {
    throw new HttpsError('internal', 'never');
  });
  await queueOf('failing').enqueue({});
  await expect.poll(() => functions.received('failing').length).toBe(3);
  await expect.poll(() => tasksOf('failing')).toEqual([]);
});

test('a task may name its own URI and headers, and a fully named function', async () => {
  await serve('elsewhere');
  const uri = handler.at('/own');
  const headers = { 'X-Own': 'yes' };
  await queueOf('locations/us-central1/functions/elsewhere').enqueue({ a: 1 }, { uri, headers });
  await expect.poll(() => handler.received('/own').length).toBe(1);
  const [{ headers: received, body }] = handler.received('/own') as [ReturnType<typeof handler.received>[0]];
  expect([received['x-own'], received['content-type'], body]).toEqual(['yes', 'application/json', '{"data":{"a":1}}']);
  expect(functions.received('elsewhere')).toEqual([]);
});

test('times and deadlines are kept; a task that names no deadline has a minute', async () => {
  await serve('later');
  const scheduleTime = new Date(Date.now() + 3_600_000);
  await queueOf('later').enqueue({}, { id: 'timed', scheduleTime, dispatchDeadlineSeconds: 15 });
  await queueOf('later').enqueue({}, { id: 'usual', scheduleDelaySeconds: 3600 });
  const [timed, usual] = await tasksOf('later');
  expect(timed).toMatchObject({ scheduleTime: scheduleTime.toISOString(), dispatchDeadline: '15s' });
  expect(usual).toMatchObject({ name: `${pathOf('later').slice(1)}/tasks/usual`, dispatchDeadline: '60s' });
  await queueOf('later').delete('timed');
  await queueOf('later').delete('timed');
  await queueOf('later').delete('never-was');
  expect(await tasksOf('later')).toHaveLength(1);
});

test('errors have the codes that users of firebase-admin know', async () => {
  await serve('twice');
  await queueOf('twice').enqueue({}, { id: 'one', scheduleDelaySeconds: 60 });
  const codes = async (attempt: Promise<unknown>) => attempt.then(() => 'none', ({ code }) => code); // biome-ignore format: one line
  expect(await codes(queueOf('twice').enqueue({}, { id: 'one' }))).toBe('functions/task-already-exists');
  expect(await codes(queueOf('missing').enqueue({}))).toBe('functions/not-found');
  expect(await codes(queueOf('twice').enqueue({}, { uri: 'http://192.0.2.1/x' }))).toBe('functions/invalid-argument');
});

test('a task without a URL needs a queue that says where it goes; the target `default` does not', async () => {
  await database.pool.query(`select taskqueue.set_target('default', $1), taskqueue.set_target('svc', $1)`, [
    handler.url,
  ]);
  await database.pool.query(`select taskqueue.create_queue('plain'), taskqueue.create_queue('sent', target => 'svc')`);
  await expect(queueOf('plain').enqueue({})).rejects.toMatchObject({
    code: 'functions/invalid-argument',
    message: expect.stringContaining('the queue has neither an httpTarget with a host nor a target'),
  });
  handler.at('/');
  await queueOf('sent').enqueue({});
  await expect.poll(() => handler.received('/').length).toBe(1);
});

test('registering again changes the settings, and waiting tasks go to the new URI', async () => {
  await serve('moved');
  await queueOf('moved').enqueue({}, { id: 'waiting', scheduleDelaySeconds: 3600 });
  const defaultUri = handler.at('/moved');
  const retryConfig = {
    maxAttempts: 5,
    maxRetrySeconds: 60,
    minBackoffSeconds: 1,
    maxBackoffSeconds: 9,
    maxDoublings: 2,
  };
  const rateLimits = { maxConcurrentDispatches: 7, maxDispatchesPerSecond: 2.5 };
  const { json } = await register('moved', { retryConfig, rateLimits, timeoutSeconds: 30, defaultUri });
  expect(json).toEqual({ taskQueueConfig: { retryConfig, rateLimits, defaultUri } });
  const { hostname, port } = new URL(defaultUri);
  expect(await queueAt('moved')).toMatchObject({
    rateLimits: { maxDispatchesPerSecond: 2.5, maxConcurrentDispatches: 7 },
    retryConfig: { maxAttempts: 5, maxRetryDuration: '60s', minBackoff: '1s', maxBackoff: '9s', maxDoublings: 2 },
    httpTarget: { uriOverride: { scheme: 'HTTP', host: hostname, port, pathOverride: { path: '/moved' } } },
  });
  await call('POST', `/v2${pathOf('moved')}/tasks/waiting:run`, {});
  await expect.poll(() => handler.received('/moved').length).toBe(1);
});

test.each([
  [{ rateLimits: { maxConcurrentDispatches: 5001 } }],
  [{ rateLimits: 7 }],
  [{ retryConfig: [] }],
  [{ retryConfig: { maxAttempts: 'many' } }],
  [{ retryConfig: { minBackoffSeconds: -1 } }],
  [{ defaultUri: 'ftp://example.com' }],
  [{ defaultUri: 7 }],
])('a body of %j is refused', async (config) => {
  expect(await register('refused', config)).toMatchObject({
    status: 400,
    json: { error: { status: 'INVALID_ARGUMENT' } },
  });
});

test('statistics tell what is in the queues', async () => {
  await serve('counted', { rateLimits: { maxDispatchesPerSecond: 3 } });
  await queueOf('counted').enqueue({}, { scheduleDelaySeconds: 3600 });
  const { json } = await call('GET', '/queueStats');
  expect(json['queue:demo-us-central1-counted']).toEqual({
    ...{ numberOfTasks: 1, completedLastMin: 0, failedTasks: 0, runningTasks: 0, maxRate: 3, maxConcurrent: 1000 },
  });
  expect(json['queue:default']).toMatchObject({ numberOfTasks: 0 });
});

test('no other path is served without a version', async () => {
  expect(await call('GET', pathOf('greet'))).toMatchObject({ status: 404, json: { error: { status: 'NOT_FOUND' } } });
});
