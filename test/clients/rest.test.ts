// The API over REST to the byte: as clients that are not installed here send requests, and as all of them read answers.

import { describe, expect, test } from 'vitest';
import { PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const { call, handler, url } = useCloudTasks();
const AT = `/v2/${PARENT}`;

const createQueue = (id: string, settings: object = {}) =>
  call('POST', `${AT}/queues`, { name: queueName(id), ...settings });
const ENUMS_AS_NUMBERS = '?$alt=json%3Benum-encoding=int';

describe('answers', () => {
  test('a queue', async () => {
    const { status, json } = await createQueue('exact', {
      retryConfig: { maxRetryDuration: '3600s', minBackoff: '1.5s', maxBackoff: '10.000000000s' },
    });
    expect(status).toBe(200);
    expect(json).toEqual({
      name: queueName('exact'),
      rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
      retryConfig: {
        maxAttempts: 100,
        maxRetryDuration: '3600s',
        minBackoff: '1.500s',
        maxBackoff: '10s',
        maxDoublings: 16,
      },
      state: 'RUNNING',
    });
  });

  test.each([
    ['2099-01-01T00:00:00Z', 400],
    ['tomorrow', 400],
    ['0000-00-00T00:00:00Z', 400],
  ])('a time that cannot be: %s', async (scheduleTime, status) => {
    await createQueue('bad-times');
    const task = { httpRequest: { url: 'https://example.com/' }, scheduleTime };
    expect(await call('POST', `${AT}/queues/bad-times/tasks`, { task })).toMatchObject({ status });
  });

  test('a task: times to the microsecond in Z, base64 with padding, nothing that is a default', async () => {
    await createQueue('exact-task');
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 11);
    const httpRequest = { url: 'https://example.com/', headers: { 'X-A': 'b' }, body: 'AAEC+vv8/f7/' };
    const name = `${queueName('exact-task')}/tasks/t-1`;
    const task = { name, httpRequest, scheduleTime: `${day}00:00:00.123456789Z`, dispatchDeadline: '30.5s' };
    const create = () => call('POST', `${AT}/queues/exact-task/tasks`, { task, responseView: 'FULL' });
    const { json } = await create();
    expect(json).toEqual({
      name,
      httpRequest: {
        url: 'https://example.com/',
        httpMethod: 'POST',
        headers: { 'X-A': 'b', 'User-Agent': 'Google-Cloud-Tasks' },
        body: 'AAEC+vv8/f7/',
      },
      scheduleTime: `${day}00:00:00.123456Z`,
      createTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      dispatchDeadline: '30.500s',
      view: 'FULL',
    });
    const numbers = await call('GET', `${AT}/queues/exact-task/tasks/t-1${ENUMS_AS_NUMBERS}`);
    expect(numbers.json).toMatchObject({ view: 1, httpRequest: { httpMethod: 1 } });
    expect(await call('DELETE', `${AT}/queues/exact-task/tasks/t-1`)).toEqual({ status: 200, json: {} });
    expect(await create()).toMatchObject({ status: 409, json: { error: { status: 'ALREADY_EXISTS' } } });
  });

  test('an empty list', async () => {
    await createQueue('empty');
    expect(await call('GET', `${AT}/queues/empty/tasks`)).toEqual({ status: 200, json: {} });
  });
});

describe('requests', () => {
  test.each([
    ['whole numbers for enums', { httpMethod: 4 }, 'DELETE', 5],
    ['names for enums', { httpMethod: 'PUT' }, 'PUT', undefined],
    ['snake case', { http_method: 'PATCH' }, 'PATCH', undefined],
  ])('%s', async (_, given, method, number) => {
    await createQueue('spellings');
    const httpRequest = { url: 'https://example.com/', ...given, ...(number ? { httpMethod: number } : {}) };
    const scheduleTime = new Date(Date.now() + 3_600_000).toISOString();
    const { json } = await call('POST', `${AT}/queues/spellings/tasks`, { task: { httpRequest, scheduleTime } });
    expect(json).toMatchObject({ httpRequest: { httpMethod: method } });
  });

  test("Ruby's: no body, a form's content type, a bare question mark", async () => {
    await createQueue('ruby-style');
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const paused = await fetch(`${url()}${AT}/queues/ruby-style:pause?`, { method: 'POST', headers: form });
    expect(await paused.json()).toMatchObject({ state: 'PAUSED' });
    expect(await call('GET', `${AT}/queues/ruby-style?`, undefined, form)).toMatchObject({ status: 200 });
  });

  test("Go's and gcloud's: parameters that concern no one", async () => {
    await createQueue('go-style');
    for (const query of ['alt=json&prettyPrint=false', 'alt=json', '$alt=json;enum-encoding=int', 'fields=name'])
      expect(await call('GET', `${AT}/queues/go-style?${query}`)).toMatchObject({ status: 200 });
  });

  test("gcloud's: an update with the name in its body resets what the mask names and the body lacks", async () => {
    await createQueue('gcloud-style', { retryConfig: { maxAttempts: 3, maxDoublings: 2 } });
    const mask = 'rateLimits.maxConcurrentDispatches%2CretryConfig.maxAttempts';
    const body = { name: queueName('gcloud-style'), rateLimits: { maxConcurrentDispatches: 3 }, retryConfig: {} };
    const { json } = await call('PATCH', `${AT}/queues/gcloud-style?alt=json&updateMask=${mask}`, body);
    expect(json).toMatchObject({
      rateLimits: { maxConcurrentDispatches: 3 },
      retryConfig: { maxAttempts: 100, maxDoublings: 2 },
    });
  });

  test('a project with a colon', async () => {
    const parent = 'projects/example.com%3Aproject/locations/l';
    const name = 'projects/example.com:project/locations/l/queues/colon';
    expect((await call('POST', `/v2/${parent}/queues`, { name })).json).toMatchObject({ name });
    expect((await call('POST', `/v2/${parent}/queues/colon:pause`, {})).json).toMatchObject({ state: 'PAUSED' });
  });

  test('batches are created and deleted; their operations are finished', async () => {
    await createQueue('batches');
    await call('POST', `${AT}/queues/batches:pause`, {});
    const parent = queueName('batches');
    const names = ['a', 'b', 'c'].map((letter) => `${parent}/tasks/${letter}`);
    const requests = names.map((name) => ({ parent, task: { name, httpRequest: { url: 'https://example.com/' } } }));
    const created = await call('POST', `${AT}/queues/batches/tasks:batchCreate`, { requests });
    expect(created).toMatchObject({ status: 200, json: { done: true, name: expect.stringContaining('operations/') } });
    const tasks = async () => (await call('GET', `${AT}/queues/batches/tasks`)).json.tasks ?? [];
    expect(await tasks()).toHaveLength(3);
    const deleted = await call('POST', `${AT}/queues/batches/tasks:batchDelete`, { names });
    expect(deleted).toMatchObject({ status: 200, json: { done: true } });
    expect(await tasks()).toEqual([]);
  });

  test.each([
    ['BufferTask without a target', 'POST', 'queues/buffers/tasks/:buffer', 400],
    ['GetCmekConfig', 'GET', 'cmekConfig', 200],
    ['UpdateCmekConfig', 'PATCH', 'cmekConfig', 501],
  ])('%s', async (_, verb, path, status) => {
    await createQueue('buffers');
    expect(await call(verb, `${AT}/${path}`, verb === 'GET' ? undefined : {})).toMatchObject({ status });
  });
});

test('a task with retries of its own', async () => {
  await createQueue('own-retries');
  const httpRequest = { url: handler.at('/own-retries', () => ({ status: 500 })) };
  const name = `${queueName('own-retries')}/tasks/t-1`;
  const task = { name, httpRequest, retryConfig: { maxAttempts: 2, minBackoff: '0.010s' } };
  const { json } = await call('POST', `${AT}/queues/own-retries/tasks`, { task });
  expect(json).toMatchObject({ retryConfig: { maxAttempts: 2, minBackoff: '0.010s', maxBackoff: '3600s' } });
  await expect.poll(async () => (await call('GET', `/v2/${name}`)).status).toBe(404);
  expect(handler.received('/own-retries')).toHaveLength(2);
});

describe('a queue with an HTTP target', () => {
  const target = (path: string) => {
    const { hostname, port } = new URL(handler.url);
    return { scheme: 'HTTP', host: hostname, port, pathOverride: { path } };
  };

  test('sends its tasks there', async () => {
    const headerOverrides = [{ header: { key: 'X-Queue', value: 'buffers' } }];
    const httpTarget = { uriOverride: target('/http-target'), httpMethod: 'PUT', headerOverrides };
    const { json } = await createQueue('targeted', { httpTarget });
    expect(json).toMatchObject({ httpTarget: { uriOverride: { scheme: 'HTTP' }, httpMethod: 'PUT', headerOverrides } });
    const httpRequest = { url: 'https://example.com/elsewhere?x=1', body: 'aGVsbG8=' };
    await call('POST', `${AT}/queues/targeted/tasks`, { task: { httpRequest } });
    await expect.poll(() => handler.received('/http-target').length).toBe(1);
    expect(handler.received('/http-target')[0]).toMatchObject({
      method: 'PUT',
      body: 'hello',
      url: '/http-target?x=1',
      headers: { 'x-queue': 'buffers', 'x-cloudtasks-queuename': 'targeted' },
    });
  });

  test('buffers bodies', async () => {
    await createQueue('buffering', { httpTarget: { uriOverride: target('/buffered') } });
    const body = { body: { data: 'aGVsbG8=', contentType: 'text/plain' } };
    const { status, json } = await call('POST', `${AT}/queues/buffering/tasks:buffer`, body);
    expect({ status, json }).toMatchObject({ status: 200, json: { task: { name: expect.any(String) } } });
    await expect.poll(() => handler.received('/buffered').map((received) => received.body)).toEqual(['hello']);
  });
});
