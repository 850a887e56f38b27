// HTTP tasks from the row to the handler: what makes them differ from native tasks is their kind, not where they go.

import { beforeEach, describe, expect, test } from 'vitest';
import { taskHandler } from '../../src/handler.ts';
import type { ReceivedRequest } from '../../src/testing/fake-target.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;
const due = (queue: string) =>
  sql(
    `update taskqueue._tasks set due = taskqueue._now()
     where queue_id = (select id from taskqueue._queues where name = $1)`,
    queue,
  );
const stored = async (queue: string, table = '_tasks') =>
  (
    await sql(
      `select t.*, taskqueue._now() as now from taskqueue.${table} as t
       where queue_id = (select id from taskqueue._queues where name = $1)`,
      queue,
    )
  )[0];

beforeEach(() => sql(`select taskqueue.allow_url('127.0.0.1/32')`));

async function aQueue(settings: Record<string, unknown> = {}): Promise<string> {
  const queue = nextName('http');
  await harness.createQueue(queue, settings);
  return queue;
}

/** Delivers one HTTP task to the target and returns the request that arrived. */
async function delivered(task: Record<string, unknown>, http = { url: `${harness.target.url}/x?y=1` }) {
  const queue = await aQueue();
  const name = await harness.addHttp(queue, http, task);
  await harness.dispatcher().runOnce();
  const [request] = harness.target.requests;
  if (!request) throw new Error('nothing arrived');
  return { ...request, queue, name };
}

/** The facts about earlier attempts: counts, then the previous response and the reason. */
function facts({ headers }: ReceivedRequest, family: 'cloudtasks' | 'appengine') {
  const of = (fact: string) => headers[`x-${family}-task${fact}`];
  return [of('retrycount'), of('executioncount'), of('previousresponse'), of('retryreason')];
}

describe('the recorded run of six attempts', () => {
  const ANSWERS = [503, 404, 429, 500, 302, 200];

  async function run(add: (queue: string) => Promise<string>, family: 'cloudtasks' | 'appengine') {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 0 }) });
    harness.target.answer([...ANSWERS]);
    await add(queue);
    const dispatcher = harness.dispatcher();
    for (const _ of ANSWERS) await dispatcher.runOnce();
    expect(await harness.tasks(queue)).toEqual([]);
    return harness.target.requests.map((request) => facts(request, family));
  }

  test('of an HTTP task', async () => {
    const add = (queue: string) => harness.addHttp(queue, { url: `${harness.target.url}/x` });
    expect(await run(add, 'cloudtasks')).toEqual([
      ['0', '0', undefined, undefined],
      ['1', '0', '503', ''],
      ['2', '1', '404', ''],
      ['3', '2', '429', ''],
      ['4', '2', '500', ''],
      ['5', '3', '302', ''],
    ]);
  });

  test('of a native task', async () => {
    expect(await run((queue) => harness.add(queue, { url: '/x' }), 'appengine')).toEqual([
      ['0', '0', undefined, undefined],
      ['1', '1', '503', 'App Error'],
      ['2', '2', '404', 'App Error'],
      ['3', '3', '429', 'App Error'],
      ['4', '4', '500', 'App Error'],
      ['5', '5', '302', 'App Error'],
    ]);
  });

  test('of a native task with a URL of its own: the same as of any native task', async () => {
    const add = (queue: string) => harness.add(queue, { url: `${harness.target.url}/x` });
    expect((await run(add, 'appengine')).at(-1)).toEqual(['5', '5', '302', 'App Error']);
  });

  test.each([
    [
      'cloudtasks',
      (queue: string) => harness.addHttp(queue, { url: `${harness.target.url}/x` }),
      ['1', '0', '504', ''],
    ],
    ['appengine', (queue: string) => harness.add(queue, { url: '/x' }), ['1', '0', '0', 'Instance Unavailable']],
  ] as const)('after a timeout: %s', async (family, add, expected) => {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 0 }) });
    harness.target.answer((_request, count) => (count === 1 ? new Promise(() => {}) : 200));
    await add(queue);
    await sql(`update taskqueue._tasks set dispatch_deadline = 1`);
    const dispatcher = harness.dispatcher();
    await dispatcher.runOnce();
    await dispatcher.runOnce();
    expect(harness.target.requests.slice(1).map((request) => facts(request, family))).toEqual([expected]);
  });
});

describe('the request', () => {
  test('has the headers of Cloud Tasks and no others of the service', async () => {
    const { headers, queue, name } = await delivered({});
    expect(Object.keys(headers).sort()).toEqual([
      'accept-encoding',
      'connection',
      'content-length',
      'host',
      'user-agent',
      'webhook-id',
      'webhook-timestamp',
      'x-cloudtasks-queuename',
      'x-cloudtasks-taskdeadline',
      'x-cloudtasks-tasketa',
      'x-cloudtasks-taskexecutioncount',
      'x-cloudtasks-taskname',
      'x-cloudtasks-taskretrycount',
    ]);
    expect(headers).toMatchObject({
      'user-agent': 'Google-Cloud-Tasks',
      'x-cloudtasks-queuename': queue,
      'x-cloudtasks-taskname': name,
      'x-cloudtasks-tasketa': expect.stringMatching(/^\d{10}\.\d{6}$/),
    });
  });

  test('has the task’s headers with their spelling, except those of the connection and the service', async () => {
    const { rawHeaders } = await delivered({
      headers: {
        'X-Own-HEADER': '1',
        Cookie: 'a=b',
        Referer: 'http://elsewhere/',
        Authorization: 'Basic eDp5',
        'content-TYPE': 'text/plain',
        Host: 'other.example.com',
        'Content-Length': '99',
        'User-Agent': 'mine',
        'X-Google-A': '1',
        'X-AppEngine-FailFast': 'true',
        'X-CloudTasks-QueueName': 'other',
        X_CloudTasks_TaskName: 'other',
        'Transfer-Encoding': 'chunked',
        'Webhook-Id': 'x',
        Connection: 'close',
      },
      payload: 'hi',
    });
    const names = rawHeaders.filter((_, i) => i % 2 === 0);
    expect(names.filter((name) => /[A-Z]/.test(name) && !name.startsWith('X-CloudTasks-'))).toEqual(
      expect.arrayContaining(['X-Own-HEADER', 'Cookie', 'Referer', 'Authorization', 'content-TYPE', 'User-Agent']),
    );
    expect(names.map((name) => name.toLowerCase()).filter((name) => /google|appengine|_|transfer/.test(name))).toEqual(
      [],
    );
    expect(rawHeaders).not.toContain('other');
    expect(rawHeaders).not.toContain('mine');
  });

  test.each(['POST', 'PUT', 'PATCH'])('%s has the body and no default content type', async (method) => {
    const request = await delivered({ method, payload: 'hi' });
    expect([request.method, request.url, request.body.toString()]).toEqual([method, '/x?y=1', 'hi']);
    expect(request.headers).not.toHaveProperty('content-type');
  });

  test.each(['GET', 'HEAD', 'DELETE', 'OPTIONS'])('%s has no body', async (method) => {
    const request = await delivered({ method, payload: 'hi' });
    expect([request.method, request.body.toString()]).toEqual([method, '']);
  });

  test('a task without a URL goes to the queue’s target, else to the default one, as an HTTP task', async () => {
    const fromDefault = await delivered({}, { url: '' });
    expect([fromDefault.url, fromDefault.headers['x-cloudtasks-queuename']]).toEqual(['/', fromDefault.queue]);
    const queue = await aQueue({ target: 'worker' });
    await harness.addHttp(queue, { url: '' });
    await harness.dispatcher({ targets: { worker: `${harness.target.url}/base` } }).runOnce();
    expect(harness.target.requests[1]).toMatchObject({ url: '/base/', headers: { 'x-cloudtasks-queuename': queue } });
  });

  test('the queue’s target is not for tasks with a URL, and the views agree', async () => {
    const queue = await aQueue({ target: 'worker' });
    await harness.addHttp(queue, { url: `${harness.target.url}/x` });
    expect(await harness.tasks(queue)).toMatchObject([{ target: harness.target.url }]);
    expect(await harness.dispatcher({ targets: {} }).runOnce()).toMatchObject({ completed: 1 });
  });

  test('a redirect is a failure and not followed', async () => {
    const queue = await aQueue();
    harness.target.answer([{ status: 307, headers: { location: `${harness.target.url}/elsewhere` } }]);
    await harness.addHttp(queue, { url: `${harness.target.url}/x` });
    expect(await harness.dispatcher().runOnce()).toMatchObject({ failed: 1 });
    expect(harness.target.requests).toHaveLength(1);
  });

  test('a bad percent escape is a failed attempt', async () => {
    const queue = await aQueue();
    await harness.addHttp(queue, { url: `${harness.target.url}/a%zz` });
    expect(await harness.dispatcher().runOnce()).toMatchObject({ failed: 1 });
    expect(harness.target.requests).toEqual([]);
    const [attempt] = await sql('select error, status from taskqueue.attempts where queue = $1', queue);
    expect(attempt).toEqual({
      error: 'the URL of a task must have two hexadecimal digits after each %, got /a%zz',
      status: 0,
    });
  });

  test('a handler verifies it and reads its facts', async () => {
    const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const seen: unknown[] = [];
    const handle = taskHandler(
      async (task) => {
        seen.push([
          task.queue,
          task.retryCount,
          task.executionCount,
          task.previousResponse,
          task.retryReason,
          task.genuine,
        ]);
        throw new Error('again');
      },
      { secrets: secret },
    );
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 0 }) });
    await harness.addHttp(queue, { url: '' }, { payload: 'hi' });
    const dispatcher = harness.dispatcher({ targets: { default: handle }, signingKeys: { default: secret } });
    await dispatcher.runOnce();
    await dispatcher.runOnce();
    expect(seen).toEqual([
      [queue, 0, 0, null, null, true],
      [queue, 1, 0, 500, null, true],
    ]);
  });
});

describe('the queue’s http_target', () => {
  async function overridden(httpTarget: object, http: object = {}, task: Record<string, unknown> = {}) {
    const queue = await aQueue();
    await sql('update taskqueue._queues set http_target = $1 where name = $2', JSON.stringify(httpTarget), queue);
    await harness.addHttp(queue, { url: 'https://elsewhere.example.com/x?y=1', ...http }, task);
    await harness.dispatcher({ targets: {} }).runOnce();
    return { queue, request: harness.target.requests[0] };
  }
  const here = () => ({ scheme: 'HTTP', host: '127.0.0.1', port: new URL(harness.target.url).port });

  test('replaces URL, method and headers', async () => {
    const { request } = await overridden(
      {
        uriOverride: { ...here(), pathOverride: { path: '/p' }, queryOverride: { queryParams: 'q=2' } },
        httpMethod: 'PUT',
        headerOverrides: [{ header: { key: 'x-own', value: 'queue' } }, { header: { key: 'X-New', value: '2' } }],
      },
      {},
      { headers: { 'X-Own': 'task', 'X-Kept': '1' }, payload: 'hi' },
    );
    expect(request).toMatchObject({ method: 'PUT', url: '/p?q=2', body: Buffer.from('hi') });
    expect(request?.headers).toMatchObject({ 'x-own': 'queue', 'x-new': '2', 'x-kept': '1' });
  });

  test('gives a task without a URL one', async () => {
    const { request } = await overridden({ uriOverride: here() }, { url: '' });
    expect(request?.url).toBe('/');
  });

  test('GET sends no body', async () => {
    const { request } = await overridden({ uriOverride: here(), httpMethod: 'GET' }, {}, { payload: 'hi' });
    expect([request?.method, request?.body.length]).toEqual(['GET', 0]);
  });

  test('decides the URL of records and remedies', async () => {
    const { queue } = await overridden({ uriOverride: { host: 'hooks.internal' } });
    const [attempt] = await sql('select name, url, reason from taskqueue.attempts where queue = $1', queue);
    expect(attempt).toMatchObject({ url: 'https://hooks.internal/x?y=1', reason: 'Unknown Target' });
    const explained = await sql(`select * from taskqueue.explain_task($1, $2)`, queue, attempt.name);
    expect(explained).toContainEqual(
      expect.objectContaining({
        reason: 'target',
        detail: 'Its target https://hooks.internal was unknown at the last attempt.',
        remedy: `select taskqueue.allow_url('hooks.internal');`,
      }),
    );
  });

  test('decides which host is held back by Retry-After', async () => {
    const queue = await aQueue();
    const httpTarget = JSON.stringify({ uriOverride: here() });
    await sql('update taskqueue._queues set http_target = $1 where name = $2', httpTarget, queue);
    harness.target.answer([{ status: 429, headers: { 'retry-after': '120' } }]);
    const dispatcher = harness.dispatcher({ targets: {} });
    await harness.addHttp(queue, { url: 'https://a.example.com/x' });
    expect(await dispatcher.runOnce()).toMatchObject({ failed: 1 });
    await harness.addHttp(queue, { url: 'https://b.example.com/x' });
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 0, completed: 0 });
    expect(harness.target.requests).toHaveLength(1);
  });

  test('does not concern native tasks', async () => {
    const queue = await aQueue();
    const override = JSON.stringify({ uriOverride: { host: 'elsewhere.example.com' }, httpMethod: 'PUT' });
    await sql('update taskqueue._queues set http_target = $1 where name = $2', override, queue);
    await harness.add(queue, { url: '/x' });
    expect(await harness.dispatcher().runOnce()).toMatchObject({ completed: 1 });
    expect(harness.target.requests[0]?.method).toBe('POST');
  });
});

describe('what is kept of the last attempt', () => {
  test('when it was due, sent and answered, and how many were answered with anything but 5xx', async () => {
    const queue = await aQueue();
    harness.target.answer([404]);
    await harness.addHttp(queue, { url: `${harness.target.url}/x` });
    const { due: scheduled } = await stored(queue);
    const dispatcher = harness.dispatcher();
    await dispatcher.runOnce();
    const after = await stored(queue);
    expect(after).toMatchObject({ executions: 1, non_5xx_executions: 1, last_scheduled: scheduled, last_status: 404 });
    expect(after.last_dispatched >= scheduled || scheduled - after.last_dispatched <= 1).toBe(true);
    expect(after.last_answered >= after.last_dispatched && after.last_answered <= after.now).toBe(true);
    harness.target.answer([503]);
    await due(queue);
    await dispatcher.runOnce();
    expect(await stored(queue)).toMatchObject({ executions: 2, non_5xx_executions: 1, last_status: 503 });
  });

  test('without an answer, only when it was due and sent', async () => {
    const queue = await aQueue();
    await harness.addHttp(queue, { url: 'http://127.0.0.1:1/x' });
    await harness.dispatcher().runOnce();
    const after = await stored(queue);
    expect(after).toMatchObject({ executions: 0, non_5xx_executions: 0, last_status: 0, last_answered: null });
    expect([after.last_scheduled, after.last_dispatched]).toEqual([expect.any(Date), expect.any(Date)]);
  });

  test('a native task has only one counter', async () => {
    const queue = await aQueue();
    harness.target.answer([404]);
    await harness.add(queue, { url: '/x' });
    await harness.dispatcher().runOnce();
    expect(await stored(queue)).toMatchObject({ executions: 1, non_5xx_executions: null });
  });

  test.each([
    ['at its last failure', 0],
    ['with its last dispatcher', 1],
  ])('a task that dies %s keeps it', async (_when, lost) => {
    const queue = await aQueue({ retry: JSON.stringify({ task_retry_limit: 0 }) });
    harness.target.answer([500]);
    await harness.addHttp(queue, { url: `${harness.target.url}/x` });
    const { due: scheduled } = await stored(queue);
    if (lost) {
      await sql('select * from taskqueue.claim_tasks($1, 1)', queue);
      await sql('update taskqueue._tasks set leased_until = taskqueue._now()');
    }
    await harness.dispatcher().runOnce();
    expect(await stored(queue, '_dead_tasks')).toMatchObject({
      lease_token: null,
      last_status: lost ? 0 : 500,
      last_scheduled: scheduled,
      last_dispatched: expect.any(Date),
      last_answered: lost ? null : expect.any(Date),
    });
  });

  test('a lost dispatcher’s attempt counts as the last one', async () => {
    const queue = await aQueue();
    harness.target.answer([404]);
    await harness.addHttp(queue, { url: `${harness.target.url}/x` });
    await harness.dispatcher().runOnce();
    await due(queue);
    await sql('select * from taskqueue.claim_tasks($1, 1)', queue);
    const lost = await stored(queue);
    await sql('update taskqueue._tasks set leased_until = taskqueue._now()');
    await sql('select * from taskqueue.claim_tasks($1, 1)', queue);
    const [began] = await sql('select taskqueue._leased_at($1) as at', lost.lease_token);
    expect(await stored(queue)).toMatchObject({
      last_status: 0,
      last_scheduled: lost.due,
      last_dispatched: began.at,
      last_answered: null,
    });
  });
});
