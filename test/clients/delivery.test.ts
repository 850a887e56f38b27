// What becomes of tasks that Google's clients have created: attempts, headers, back-off, rates and deadlines.

import { beforeAll, describe, expect, test } from 'vitest';
import { createQueue, useCloudTasks } from './cloud-tasks.ts';
import type { Received } from './handler.ts';

const { clients, handler, database } = useCloudTasks();

beforeAll(async () => {
  await database.pool.query(`select taskqueue.set_target('default', $1)`, [handler.url]);
  await database.pool.query(`select taskqueue.set_target('v1.svc', $1)`, [`${handler.url}/svc-v1`]);
});

/** Attempts of a task whose handler answers with these: what the next attempts say of it. */
const ANSWERS = [503, 404, 429, 500, 302];

const column = (received: readonly Received[], header: string) =>
  received.map(({ headers }) => headers[header.toLowerCase()]);

describe.each(clients)('%s', (under) => {
  const { id } = under;

  test('an HTTP task is retried until its handler is content, and told of the attempts before', async () => {
    const parent = await createQueue(under, 'recorded-http');
    const path = `/${id}/recorded-http`;
    const url = handler.statuses(path, ...ANSWERS);
    const name = `${parent}/tasks/six`;
    await under.client.createTask({ parent, task: { name, httpRequest: { url, body: Buffer.from('hello') } } });
    await expect.poll(() => handler.received(path).length).toBe(6);
    const received = handler.received(path);
    expect(column(received, 'X-CloudTasks-TaskRetryCount')).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(column(received, 'X-CloudTasks-TaskExecutionCount')).toEqual(['0', '0', '1', '2', '2', '3']);
    expect(column(received, 'X-CloudTasks-TaskPreviousResponse')).toEqual([undefined, ...ANSWERS.map(String)]);
    expect(column(received, 'X-CloudTasks-TaskRetryReason')).toEqual([undefined, '', '', '', '', '']);
    expect(new Set(column(received, 'X-CloudTasks-QueueName'))).toEqual(new Set([parent.split('/').at(-1)]));
    expect(new Set(column(received, 'X-CloudTasks-TaskName'))).toEqual(new Set(['six']));
    expect(new Set(column(received, 'User-Agent'))).toEqual(new Set(['Google-Cloud-Tasks']));
    expect(new Set(received.map(({ method, body }) => `${method} ${body}`))).toEqual(new Set(['POST hello']));
    expect(Object.keys(received[0]?.headers ?? {}).filter((header) => /^x-appengine/.test(header))).toEqual([]);
  });

  test('an App Engine task goes to its service, and is told of the attempts before', async () => {
    const parent = await createQueue(under, 'recorded-app-engine');
    const path = `/svc-v1/${id}/recorded`;
    handler.statuses(path, ...ANSWERS);
    const appEngineRouting = { service: 'svc', version: 'v1' };
    const appEngineHttpRequest = { relativeUri: `/${id}/recorded`, appEngineRouting };
    await under.client.createTask({ parent, task: { name: `${parent}/tasks/six`, appEngineHttpRequest } });
    await expect.poll(() => handler.received(path).length).toBe(6);
    const received = handler.received(path);
    expect(column(received, 'X-AppEngine-TaskRetryCount')).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(column(received, 'X-AppEngine-TaskExecutionCount')).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(column(received, 'X-AppEngine-TaskPreviousResponse')).toEqual([undefined, ...ANSWERS.map(String)]);
    expect(column(received, 'X-AppEngine-TaskRetryReason')).toEqual([undefined, ...ANSWERS.map(() => 'App Error')]);
    expect(new Set(column(received, 'X-AppEngine-TaskName'))).toEqual(new Set(['six']));
  });

  test('an App Engine task without routing goes to the default target', async () => {
    const parent = await createQueue(under, 'default-target');
    const appEngineHttpRequest = { relativeUri: `/${id}/default`, httpMethod: 'GET' as const };
    await under.client.createTask({ parent, task: { appEngineHttpRequest } });
    await expect.poll(() => handler.received(`/${id}/default`).map(({ method }) => method)).toEqual(['GET']);
  });

  test('the routing of a queue wins over that of a task', async () => {
    const appEngineRoutingOverride = { service: 'svc', version: 'v1' };
    const parent = await createQueue(under, 'override', { appEngineRoutingOverride });
    await under.client.createTask({ parent, task: { appEngineHttpRequest: { relativeUri: `/${id}/override` } } });
    await expect.poll(() => handler.received(`/svc-v1/${id}/override`).length).toBe(1);
  });

  test('an HTTP task keeps its headers, its Authorization among them, and not those that are computed', async () => {
    const parent = await createQueue(under, 'headers');
    const path = `/${id}/headers`;
    const given = { Authorization: 'Bearer mine', 'X-Mixed-Case': 'yes', 'Content-Type': 'text/plain' };
    const computed = { 'X-CloudTasks-QueueName': 'forged', 'X-AppEngine-QueueName': 'forged', Host: 'forged.example' };
    const url = handler.at(path);
    const httpRequest = { url: `${url}?a=1&b=%20`, httpMethod: 'PATCH' as const, headers: { ...given, ...computed } };
    await under.client.createTask({ parent, task: { httpRequest: { ...httpRequest, body: Buffer.from('{}') } } });
    await expect.poll(() => handler.received(path).length).toBe(1);
    const [received] = handler.received(path) as [Received];
    expect(received).toMatchObject({ method: 'PATCH', url: `${path}?a=1&b=%20`, body: '{}' });
    const { authorization, host, ...headers } = received.headers;
    expect([authorization, host]).toEqual(['Bearer mine', new URL(handler.url).host]);
    expect(headers).toMatchObject({ 'x-mixed-case': 'yes', 'content-type': 'text/plain', 'content-length': '2' });
    expect(JSON.stringify(headers)).not.toContain('forged');
  });

  test('a task that has used its attempts is gone', async () => {
    const retryConfig = { maxAttempts: 3, minBackoff: { nanos: 10_000_000 } };
    const parent = await createQueue(under, 'exhausted', { retryConfig });
    const path = `/${id}/exhausted`;
    const url = handler.at(path, () => ({ status: 400 }));
    const name = `${parent}/tasks/failing`;
    await under.client.createTask({ parent, task: { name, httpRequest: { url } } });
    const gone = () => under.client.getTask({ name }).then(() => 'there', () => 'gone'); // biome-ignore format: one line
    await expect.poll(gone).toBe('gone');
    expect(handler.received(path)).toHaveLength(3);
  });

  test('Retry-After is waited for', async () => {
    const parent = await createQueue(under, 'retry-after');
    const path = `/${id}/retry-after`;
    const url = handler.at(path, (_request, earlier) =>
      earlier.length === 0 ? { status: 503, headers: { 'retry-after': '2' } } : { status: 200 },
    );
    await under.client.createTask({ parent, task: { httpRequest: { url } } });
    await expect.poll(() => handler.received(path).length).toBe(2);
    const [first, second] = handler.received(path) as [Received, Received];
    expect(second.at - first.at).toBeGreaterThanOrEqual(2000);
  });

  test('a task does not start before its time', async () => {
    const parent = await createQueue(under, 'scheduled');
    const path = `/${id}/scheduled`;
    const due = Math.ceil(Date.now() / 1000) + 2;
    const task = { httpRequest: { url: handler.at(path) }, scheduleTime: { seconds: due } };
    await under.client.createTask({ parent, task });
    await expect.poll(() => handler.received(path).length).toBe(1);
    const [{ at, headers }] = handler.received(path) as [Received];
    expect(performance.timeOrigin + at).toBeGreaterThanOrEqual(due * 1000 - 1);
    expect(Number(headers['x-cloudtasks-tasketa'])).toBe(due);
  });

  test('a queue keeps to its rate', async () => {
    const rate = 20;
    const burst = 5;
    const parent = await createQueue(under, 'rate', { rateLimits: { maxDispatchesPerSecond: rate } });
    await under.client.pauseQueue({ name: parent });
    const path = `/${id}/rate`;
    const httpRequest = { url: handler.at(path) };
    for (let n = 0; n < 45; n++) await under.client.createTask({ parent, task: { httpRequest } });
    expect(handler.received(path)).toEqual([]);
    const resumed = performance.now();
    await under.client.resumeQueue({ name: parent });
    await expect.poll(() => handler.received(path).length).toBe(45);
    for (const [earlier, { at }] of handler.received(path).entries())
      expect(earlier + 1).toBeLessThanOrEqual(burst + (rate * (at - resumed)) / 1000 + 1);
  });

  test('a queue keeps to its concurrency', async () => {
    const parent = await createQueue(under, 'concurrency', { rateLimits: { maxConcurrentDispatches: 2 } });
    const path = `/${id}/concurrency`;
    let [running, most] = [0, 0];
    const both = Promise.withResolvers<void>();
    const url = handler.at(path, async () => {
      running++;
      most = Math.max(most, running);
      if (running === 2) setTimeout(both.resolve, 200);
      await both.promise;
      running--;
      return { status: 200 };
    });
    for (let n = 0; n < 6; n++) await under.client.createTask({ parent, task: { httpRequest: { url } } });
    await expect.poll(() => handler.received(path).length).toBe(6);
    expect(most).toBe(2);
  });
});

test('a deadline ends an attempt, whose answer counts as 504 of an HTTP task and 0 of an App Engine task', async () => {
  const never = () => new Promise<never>(() => {});
  const expired = await Promise.all(
    clients.map(async (under) => {
      const parent = await createQueue(under, 'deadline');
      const dispatchDeadline = { seconds: 15 };
      const paths = [`/${under.id}/http-deadline`, `/${under.id}/app-engine-deadline`] as const;
      for (const path of paths)
        handler.at(path, (_request, earlier) => (earlier.length === 0 ? never() : { status: 200 }));
      const httpRequest = { url: `${handler.url}${paths[0]}` };
      await under.client.createTask({ parent, task: { httpRequest, dispatchDeadline } });
      const appEngineHttpRequest = { relativeUri: paths[1] };
      await under.client.createTask({ parent, task: { appEngineHttpRequest, dispatchDeadline } });
      for (const path of paths) await expect.poll(() => handler.received(path).length).toBe(2);
      const [http, appEngine] = paths.map((path) => handler.received(path)[1]?.headers);
      return [
        http?.['x-cloudtasks-taskpreviousresponse'],
        http?.['x-cloudtasks-taskretryreason'],
        appEngine?.['x-appengine-taskpreviousresponse'],
        appEngine?.['x-appengine-taskretryreason'],
        appEngine?.['x-appengine-taskexecutioncount'],
      ];
    }),
  );
  expect(expired).toEqual(clients.map(() => ['504', '', '0', 'Instance Unavailable', '0']));
});
