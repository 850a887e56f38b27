// v2beta3, through each of Google's clients: the kinds of queues, statistics by mask, tombstones and batches.

import { describe, expect, test } from 'vitest';
import type { ClientUnderTest } from './clients.ts';
import { PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const { clients, handler } = useCloudTasks({}, 'v2beta3');

type Under = ClientUnderTest<'v2beta3'>;

const LATER = { seconds: Math.floor(Date.now() / 1000) + 3600 };

async function createQueue({ client, id }: Under, name: string, settings: object = {}): Promise<string> {
  const queue = { name: queueName(`${id}-${name}`), ...settings };
  await client.createQueue({ parent: PARENT, queue });
  return queue.name;
}

const laterTask = (name?: string) => ({
  ...(name === undefined ? {} : { name }),
  httpRequest: { url: 'https://example.com/' },
  scheduleTime: LATER,
});

describe.each(clients)('%s', (under) => {
  const { id } = under;

  test('a push queue and a pull queue', async () => {
    const { client } = under;
    const settings = {
      rateLimits: { maxDispatchesPerSecond: 5, maxConcurrentDispatches: 3 },
      retryConfig: { maxAttempts: 4 },
      stackdriverLoggingConfig: { samplingRatio: 0.5 },
      appEngineHttpQueue: { appEngineRoutingOverride: { service: 'worker' } },
      tombstoneTtl: { seconds: '7200', nanos: 0 },
    };
    const name = await createQueue(under, 'push', settings);
    expect((await client.getQueue({ name }))[0]).toMatchObject({
      ...{ name, type: 'PUSH', ...settings, taskTtl: { seconds: '2678400' }, state: 'RUNNING', stats: null },
    });
    const pull = await createQueue(under, 'pull', { type: 'PULL', retryConfig: { maxAttempts: 7 } });
    const [shown] = await client.getQueue({ name: pull });
    expect(shown).toMatchObject({ type: 'PULL', rateLimits: null, retryConfig: { maxAttempts: 7 } });
    const change = (queue: object) => client.updateQueue({ queue: { name: pull, ...queue } });
    await under.fails(change({ type: 'PUSH' }), 'FAILED_PRECONDITION');
    expect((await change({ retryConfig: { maxAttempts: 2 } }))[0]).toMatchObject({ retryConfig: { maxAttempts: 2 } });
    await under.fails(createQueue(under, 'ttl', { tombstoneTtl: { seconds: 60 } }), 'INVALID_ARGUMENT', 'tombstoneTtl');
    await under.fails(createQueue(under, 'ttl', { taskTtl: { seconds: 60 } }), 'INVALID_ARGUMENT', 'taskTtl');
  });

  test('an HTTP target', async () => {
    const uriOverride = { scheme: 'HTTP' as const, host: 'example.com', port: '8080' };
    const name = await createQueue(under, 'target', { httpTarget: { uriOverride, httpMethod: 'PUT' } });
    const [queue] = await under.client.getQueue({ name });
    if (under.version === 5) return; // it is older than this field
    expect(queue.httpTarget).toMatchObject({ uriOverride, httpMethod: 'PUT' });
  });

  test('statistics are counted if a mask asks for them', async () => {
    const { client } = under;
    const name = await createQueue(under, 'stats');
    for (const _ of [1, 2]) await client.createTask({ parent: name, task: laterTask() });
    const [all] = await client.getQueue({ name });
    expect(all.stats).toBeNull();
    const [masked] = await client.getQueue({ name, readMask: { paths: ['stats', 'name'] } });
    expect(masked).toMatchObject({
      name,
      stats: { tasksCount: '2', concurrentDispatchesCount: '0' },
      rateLimits: null,
    });
    expect(Number(masked.stats?.oldestEstimatedArrivalTime?.seconds)).toBe(LATER.seconds);
    expect(masked.stats?.effectiveExecutionRate).toBeGreaterThan(0);
    const listed: unknown[] = [];
    const readMask = { paths: ['name', 'stats.tasks_count'] };
    for await (const queue of client.listQueuesAsync({ parent: PARENT, readMask }))
      if (queue.name === name) listed.push(queue);
    expect(listed).toMatchObject([{ name, stats: { tasksCount: '2', oldestEstimatedArrivalTime: null }, state: /./ }]);
    await under.fails(client.getQueue({ name, readMask: { paths: ['colour'] } }), 'INVALID_ARGUMENT', 'readMask');
  });

  test('tasks of push queues', async () => {
    const { client } = under;
    const parent = await createQueue(under, 'tasks');
    const name = `${parent}/tasks/one`;
    const dispatchDeadline = { seconds: '30', nanos: 0 };
    const [created] = await client.createTask({ parent, task: { ...laterTask(name), dispatchDeadline } });
    expect(created).toMatchObject({ name, payloadType: 'httpRequest', dispatchDeadline, view: 'BASIC' });
    expect((await client.getTask({ name }))[0]).toEqual(created);
    expect((await client.listTasks({ parent }))[0]).toEqual([created]);
    const path = `/${id}/run`;
    const httpRequest = { url: handler.at(path) };
    await client.createTask({ parent, task: { ...laterTask(`${parent}/tasks/run`), httpRequest } });
    await client.runTask({ name: `${parent}/tasks/run` });
    await expect.poll(() => handler.received(path).length).toBe(1);
    await client.deleteTask({ name });
    await under.fails(client.getTask({ name }), 'NOT_FOUND');
  });

  test('tasks of pull queues', async () => {
    const { client } = under;
    if (under.version === 5) return; // it is older than this message
    const parent = await createQueue(under, 'pulled', { type: 'PULL' });
    const pullMessage = { payload: Buffer.from('hi'), tag: 'red' };
    const name = `${parent}/tasks/one`;
    await client.createTask({ parent, task: { name, pullMessage } });
    const [task] = await client.getTask({ name, responseView: 'FULL' });
    expect(task).toMatchObject({ payloadType: 'pullMessage', pullMessage: { tag: 'red' }, dispatchCount: 0 });
    expect(Buffer.from(task.pullMessage?.payload as Uint8Array).toString()).toBe('hi');
    const retried = { pullMessage, retryConfig: { maxAttempts: 3 } };
    await under.fails(client.createTask({ parent, task: retried }), 'INVALID_ARGUMENT', 'pullMessage');
    await under.fails(client.runTask({ name }), 'FAILED_PRECONDITION');
    await client.deleteTask({ name });
    expect((await client.listTasks({ parent }))[0]).toEqual([]);
  });

  test('a queue is paused, resumed, purged and deleted', async () => {
    const { client } = under;
    const name = await createQueue(under, 'verbs');
    expect((await client.pauseQueue({ name }))[0].state).toBe('PAUSED');
    expect((await client.resumeQueue({ name }))[0].state).toBe('RUNNING');
    expect((await client.purgeQueue({ name }))[0].purgeTime).not.toBeNull();
    await client.deleteQueue({ name });
    await under.fails(client.getQueue({ name }), 'NOT_FOUND');
  });

  test('batches', async () => {
    const { client } = under;
    if (under.version === 5) return; // it is older than these methods
    const parent = await createQueue(under, 'batches');
    const names = ['a', 'b'].map((letter) => `${parent}/tasks/${letter}`);
    const requests = names.map((name) => ({ parent, task: laterTask(name) }));
    const [creation] = await client.batchCreateTasks({ parent, requests });
    const [{ tasks }, metadata] = await creation.promise();
    expect(tasks?.map(({ name }) => name)).toEqual(names);
    expect(metadata).toMatchObject({ state: 2 });
    const known = await client.checkBatchCreateTasksProgress(creation.name as string);
    expect(known).toMatchObject({ done: true });
    const [deletion] = await client.batchDeleteTasks({ parent, names });
    await deletion.promise();
    expect((await client.listTasks({ parent }))[0]).toEqual([]);
  });

  test('access, locations and keys', async () => {
    const { client } = under;
    const resource = await createQueue(under, 'access');
    const permissions = ['cloudtasks.queues.get'];
    expect((await client.testIamPermissions({ resource, permissions }))[0]).toEqual({ permissions });
    expect((await client.getIamPolicy({ resource }))[0].bindings ?? []).toEqual([]);
    await under.fails(client.setIamPolicy({ resource, policy: {} }), 'UNIMPLEMENTED', 'SetIamPolicy');
    const found: unknown[] = [];
    for await (const location of client.listLocationsAsync({ name: 'projects/p' })) found.push(location.name);
    expect(found).toEqual([PARENT]);
    if (under.version === 5) return;
    const name = `${PARENT}/cmekConfig`;
    expect((await client.getCmekConfig({ name }))[0]).toMatchObject({ name, kmsKey: '' });
    await under.fails(client.updateCmekConfig({ cmekConfig: { name } }), 'UNIMPLEMENTED', 'UpdateCmekConfig');
  });
});
