// What gcloud sends for v2beta2 and v2beta3, as it was recorded: enums by their names, and little else.

import { describe, expect, test } from 'vitest';
import { PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const { call, handler } = useCloudTasks();

const ALPHA = `/v2beta2/${PARENT}`;
const BETA = `/v2beta3/${PARENT}`;

describe('gcloud alpha: pull queues', () => {
  const QUEUE = `${ALPHA}/queues/prints`;

  test('a queue, its tasks, and their leases', async () => {
    const queue = { name: queueName('prints'), pullTarget: {}, retryConfig: { maxAttempts: 5 } };
    expect(await call('POST', `${ALPHA}/queues?alt=json`, queue)).toEqual({
      status: 200,
      json: { ...queue, state: 'RUNNING', taskTtl: '2678400s', tombstoneTtl: '3600s' },
    });
    const given = { task: { pullMessage: { payload: 'aGVsbG8=', tag: 'tg' } } };
    const { json: created } = await call('POST', `${QUEUE}/tasks?alt=json`, given);
    expect(created).toEqual({
      name: expect.stringContaining(`${queue.name}/tasks/`),
      pullMessage: { tag: 'tg' },
      scheduleTime: expect.stringMatching(/Z$/),
      createTime: expect.stringMatching(/Z$/),
      status: {},
      view: 'BASIC',
    });
    const lease = { maxTasks: 5, leaseDuration: '60s', filter: 'tag="tg"' };
    const { json: leased } = await call('POST', `${QUEUE}/tasks:lease?alt=json`, lease);
    const [task] = leased.tasks;
    expect(task).toEqual({ ...created, scheduleTime: task.scheduleTime, status: { attemptDispatchCount: 1 } });
    const renewal = { scheduleTime: task.scheduleTime, leaseDuration: '120s' };
    const { json: renewed } = await call('POST', `/v2beta2/${task.name}:renewLease?alt=json`, renewal);
    const { scheduleTime } = renewed;
    const stale = await call('POST', `/v2beta2/${task.name}:cancelLease?alt=json`, { scheduleTime: task.scheduleTime });
    expect(stale).toMatchObject({ status: 400, json: { error: { status: 'FAILED_PRECONDITION' } } });
    await call('POST', `/v2beta2/${task.name}:cancelLease?alt=json`, { scheduleTime });
    const oldest = { maxTasks: 1, leaseDuration: '60s', filter: 'tag=oldest_tag()', responseView: 'FULL' };
    const { json: again } = await call('POST', `${QUEUE}/tasks:lease?alt=json`, oldest);
    expect(again.tasks).toMatchObject([{ pullMessage: { payload: 'aGVsbG8=', tag: 'tg' }, view: 'FULL' }]);
    const proof = { scheduleTime: again.tasks[0].scheduleTime };
    expect(await call('POST', `/v2beta2/${task.name}:acknowledge?alt=json`, proof)).toEqual({ status: 200, json: {} });
    expect(await call('POST', `${QUEUE}/tasks:lease?alt=json`, oldest)).toEqual({ status: 200, json: {} });
  });

  test('an update says what changes, and nothing of the target', async () => {
    const update = { name: queueName('prints'), retryConfig: { unlimitedAttempts: true } };
    const { json } = await call('PATCH', `${QUEUE}?alt=json&updateMask=retryConfig.unlimitedAttempts`, update);
    expect(json).toMatchObject({ pullTarget: {}, retryConfig: { unlimitedAttempts: true } });
  });

  test('a pull queue as v2 sees it', async () => {
    expect((await call('GET', `/v2/${PARENT}/queues/prints`)).json).toEqual({
      ...{ name: queueName('prints'), retryConfig: { maxAttempts: -1 }, state: 'RUNNING' },
    });
    for (const path of ['tasks', 'tasks/t-1']) {
      const answer = await call('GET', `/v2/${PARENT}/queues/prints/${path}`);
      expect(answer).toMatchObject({ status: 400, json: { error: { status: 'FAILED_PRECONDITION' } } });
    }
  });
});

describe('gcloud beta', () => {
  const QUEUE = `${BETA}/queues/beta`;

  test('a queue with its type and its statistics', async () => {
    const queue = { name: queueName('beta'), type: 'PUSH', appEngineHttpQueue: {} };
    expect((await call('POST', `${BETA}/queues?alt=json`, queue)).json).toMatchObject({
      name: queue.name,
      type: 'PUSH',
      rateLimits: { maxDispatchesPerSecond: 500 },
    });
    expect((await call('GET', `${QUEUE}?alt=json&readMask=stats%2Cname`)).json).toEqual({
      name: queue.name,
      stats: { effectiveExecutionRate: 500 },
    });
    expect((await call('GET', `${BETA}/queues?alt=json&pageSize=25&readMask=name`)).json).toMatchObject({
      queues: expect.arrayContaining([{ name: queue.name }]),
    });
  });

  test('batches', async () => {
    const scheduleTime = new Date(Date.now() + 3_600_000).toISOString();
    const name = `${queueName('beta')}/tasks/one`;
    const task = { name, httpRequest: { url: 'https://example.com/' }, scheduleTime };
    const requests = [{ parent: queueName('beta'), task }];
    const { json: creation } = await call('POST', `${QUEUE}/tasks:batchCreate`, { requests });
    expect(creation).toMatchObject({
      done: true,
      metadata: { '@type': 'type.googleapis.com/google.cloud.tasks.v2beta3.BatchCreateTasksMetadata' },
      response: { tasks: [{ name }] },
    });
    expect((await call('GET', `/v2beta3/${creation.name}`)).json).toEqual(creation);
    expect((await call('GET', `/v2/${creation.name}`)).json).toEqual(creation);
    expect((await call('POST', `${QUEUE}/tasks:batchDelete`, { names: [name] })).json).toMatchObject({ done: true });
  });

  test('a buffered task', async () => {
    const { hostname, port } = new URL(handler.url);
    const uriOverride = { scheme: 'HTTP', host: hostname, port, pathOverride: { path: '/beta' } };
    await call('POST', `${BETA}/queues`, { name: queueName('buffer'), httpTarget: { uriOverride } });
    const body = { body: { data: 'aGVsbG8=' } };
    const { json } = await call('POST', `${BETA}/queues/buffer/tasks/:buffer?alt=json`, body);
    expect(json).toMatchObject({ task: { name: expect.stringContaining(queueName('buffer')) } });
    await expect.poll(() => handler.received('/beta').map((received) => received.body)).toEqual(['hello']);
  });
});
