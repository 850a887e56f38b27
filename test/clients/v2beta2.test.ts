// Pull queues, through each of Google's clients of v2beta2: every method, views, filters, and leases that end.

import { describe, expect, test } from 'vitest';
import type { ClientUnderTest } from './clients.ts';
import { PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const { clients, handler, database } = useCloudTasks({}, 'v2beta2');

const FULL = 'FULL' as const;
const MINUTE = { seconds: 60 };

async function pullQueue({ client, id }: ClientUnderTest<'v2beta2'>, name: string, retryConfig = {}): Promise<string> {
  const queue = { name: queueName(`${id}-${name}`), pullTarget: {}, retryConfig };
  await client.createQueue({ parent: PARENT, queue });
  return queue.name;
}

/** Adds tasks with these tags, in this order. */
async function addTags({ client }: ClientUnderTest<'v2beta2'>, parent: string, ...tags: string[]): Promise<void> {
  for (const [i, tag] of tags.entries()) {
    const name = `${parent}/tasks/t-${i}`;
    await client.createTask({ parent, task: { name, pullMessage: { payload: Buffer.from(`p${i}`), tag } } });
  }
}

const payloadOf = (task: { pullMessage?: { payload?: unknown } | null }) =>
  Buffer.from((task.pullMessage?.payload ?? '') as Uint8Array).toString();

/** What proves that one holds the lease of a task. */
const leaseOf = (task: { name?: string | null; scheduleTime?: object | null } | undefined) => ({
  name: task?.name ?? '',
  scheduleTime: (task?.scheduleTime ?? null) as { seconds: number | string; nanos: number } | null,
});

const idOf = ({ name }: { name?: string | null }) => name?.split('/').at(-1);

describe.each(clients)('%s', (under) => {
  const { id } = under;

  test('a pull queue, and a push queue', async () => {
    const { client } = under;
    const name = await pullQueue(under, 'made');
    const [pull] = await client.getQueue({ name });
    expect(pull).toMatchObject({
      ...{
        name,
        targetType: 'pullTarget',
        state: 'RUNNING',
        rateLimits: null,
        retryConfig: { unlimitedAttempts: true },
      },
      ...{ taskTtl: { seconds: '2678400' }, tombstoneTtl: { seconds: '3600' }, stats: null },
    });
    const push = {
      name: queueName(`${id}-push`),
      rateLimits: { maxTasksDispatchedPerSecond: 5, maxConcurrentTasks: 3 },
    };
    const [made] = await client.createQueue({ parent: PARENT, queue: { ...push, retryConfig: { maxAttempts: 4 } } });
    expect(made).toMatchObject({ ...push, targetType: 'appEngineHttpTarget', retryConfig: { maxAttempts: 4 } });
    const names: unknown[] = [];
    for await (const queue of client.listQueuesAsync({ parent: PARENT, pageSize: 1 })) names.push(queue.name);
    expect(names).toEqual(expect.arrayContaining([name, push.name]));
  });

  test('its settings are changed, but not its kind', async () => {
    const { client } = under;
    const name = await pullQueue(under, 'changed', { maxAttempts: 7 });
    const retryConfig = { maxAttempts: 3 };
    const updateMask = { paths: ['retry_config.max_attempts'] };
    expect((await client.updateQueue({ queue: { name, retryConfig }, updateMask }))[0]).toMatchObject({ retryConfig });
    const ttl = { queue: { name, tombstoneTtl: { seconds: 7200 } }, updateMask: { paths: ['tombstone_ttl'] } };
    expect((await client.updateQueue(ttl))[0]).toMatchObject({ tombstoneTtl: { seconds: '7200' }, retryConfig });
    const [reset] = await client.updateQueue({ queue: { name, pullTarget: {} } });
    expect(reset).toMatchObject({ retryConfig: { unlimitedAttempts: true }, tombstoneTtl: { seconds: '3600' } });
    await under.fails(client.updateQueue({ queue: { name, appEngineHttpTarget: {} } }), 'FAILED_PRECONDITION');
  });

  test('a task is leased once, renewed, and acknowledged', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'life');
    const pullMessage = { payload: Buffer.from([0, 0xff]), tag: 'red' };
    const [created] = await client.createTask({ parent, task: { pullMessage }, responseView: FULL });
    expect(created).toMatchObject({ payloadType: 'pullMessage', pullMessage: { tag: 'red' }, view: FULL });
    const lease = { parent, maxTasks: 5, leaseDuration: MINUTE, responseView: FULL };
    const [{ tasks }] = await client.leaseTasks(lease);
    expect(tasks).toMatchObject([{ name: created.name, status: { attemptDispatchCount: 1 }, view: FULL }]);
    const { name, scheduleTime } = leaseOf(tasks?.[0]);
    expect(Buffer.from(tasks?.[0]?.pullMessage?.payload as Uint8Array)).toEqual(pullMessage.payload);
    expect((await client.leaseTasks(lease))[0].tasks ?? []).toEqual([]);
    expect((await client.getTask({ name }))[0]).toMatchObject({ name, scheduleTime, view: 'BASIC' });
    const leaseDuration = { seconds: 120 };
    const [renewed] = await client.renewLease({ name, scheduleTime, leaseDuration, responseView: FULL });
    expect(Number(renewed.scheduleTime?.seconds)).toBeGreaterThan(Number(scheduleTime?.seconds) + 30);
    expect(Buffer.from(renewed.pullMessage?.payload as Uint8Array)).toEqual(pullMessage.payload);
    await under.fails(client.acknowledgeTask({ name, scheduleTime }), 'FAILED_PRECONDITION', 'lease');
    expect((await client.acknowledgeTask(leaseOf(renewed)))[0]).toEqual({});
    await under.fails(client.getTask({ name }), 'NOT_FOUND');
    const again = client.acknowledgeTask(leaseOf(renewed));
    await under.fails(again, 'NOT_FOUND');
  });

  test('a cancelled lease leaves the task to others, and proves nothing', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'cancelled');
    await addTags(under, parent, '');
    const lease = { parent, maxTasks: 1, leaseDuration: MINUTE };
    const [{ tasks: first }] = await client.leaseTasks(lease);
    const { name, scheduleTime } = leaseOf(first?.[0]);
    const [cancelled] = await client.cancelLease({ name, scheduleTime });
    expect(Number(cancelled.scheduleTime?.seconds)).toBeLessThan(Number(scheduleTime?.seconds) - 30);
    await under.fails(client.cancelLease({ name, scheduleTime }), 'FAILED_PRECONDITION');
    await under.fails(client.renewLease({ name, scheduleTime, leaseDuration: MINUTE }), 'FAILED_PRECONDITION');
    expect((await client.leaseTasks(lease))[0].tasks).toMatchObject([{ name, status: { attemptDispatchCount: 2 } }]);
  });

  test('a lease that has expired, and a schedule time that is a microsecond off, prove nothing', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'expired');
    await addTags(under, parent, '');
    const [{ tasks }] = await client.leaseTasks({ parent, maxTasks: 1, leaseDuration: MINUTE });
    const { name, scheduleTime } = leaseOf(tasks?.[0]);
    const nanos = Number(scheduleTime?.nanos);
    const off = { seconds: scheduleTime?.seconds ?? 0, nanos: nanos < 1000 ? nanos + 1000 : nanos - 1000 };
    await under.fails(client.acknowledgeTask({ name, scheduleTime: off }), 'FAILED_PRECONDITION');
    await database.pool.query(
      `update taskqueue._tasks set leased_until = clock_timestamp() - interval '1 s'
       where queue_id = (select id from taskqueue._queues where name = $1)`,
      [idOf({ name: parent })],
    );
    await under.fails(client.acknowledgeTask({ name, scheduleTime }), 'FAILED_PRECONDITION');
    await under.fails(client.acknowledgeTask({ name }), 'INVALID_ARGUMENT', 'scheduleTime');
  });

  test('tasks are leased by tag', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'tags');
    await addTags(under, parent, 'red', 'blue', 'red', 'two words', '', 'blue');
    const lease = async (filter: string) => {
      const [{ tasks }] = await client.leaseTasks({ parent, maxTasks: 10, leaseDuration: MINUTE, filter });
      return (tasks ?? []).map(idOf);
    };
    expect(await lease('tag="blue"')).toEqual(['t-1', 't-5']);
    expect(await lease('tag=oldest_tag()')).toEqual(['t-0', 't-2']);
    expect(await lease('tag = "two words"')).toEqual(['t-3']);
    expect(await lease('tag=green')).toEqual([]);
    expect(await lease('tag_function=oldest_tag()')).toEqual(['t-4']);
    await under.fails(lease('colour=red'), 'INVALID_ARGUMENT', 'filter');
  });

  test('tasks are listed and deleted, and the basic view has no payload', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'listed');
    await addTags(under, parent, 'a', 'b', 'c');
    const list = async (responseView: 'BASIC' | 'FULL') => {
      const found: [unknown, unknown][] = [];
      for await (const task of client.listTasksAsync({ parent, responseView, pageSize: 2 }))
        found.push([task.pullMessage?.tag, payloadOf(task)]);
      return found;
    };
    const tags = ['a', 'b', 'c'];
    expect(await list('BASIC')).toEqual(tags.map((tag) => [tag, '']));
    expect(await list('FULL')).toEqual(tags.map((tag, i) => [tag, `p${i}`]));
    await client.deleteTask({ name: `${parent}/tasks/t-1` });
    expect(await list('BASIC')).toHaveLength(2);
    const name = `${parent}/tasks/t-1`;
    await under.fails(client.createTask({ parent, task: { name, pullMessage: {} } }), 'ALREADY_EXISTS');
    const scheduled = { pullMessage: {}, scheduleTime: { seconds: Math.floor(Date.now() / 1000) + 600 } };
    await client.createTask({ parent, task: scheduled });
    await client.purgeQueue({ name: parent });
    expect(await list('BASIC')).toEqual([]);
  });

  test('a paused queue leases nothing, and lets go of what was leased', async () => {
    const { client } = under;
    const parent = await pullQueue(under, 'paused');
    await addTags(under, parent, '', '');
    const lease = { parent, maxTasks: 1, leaseDuration: MINUTE };
    const [{ tasks }] = await client.leaseTasks(lease);
    expect((await client.pauseQueue({ name: parent }))[0]).toMatchObject({ state: 'PAUSED', pullTarget: {} });
    await under.fails(client.leaseTasks(lease), 'FAILED_PRECONDITION', 'paused');
    const { name, scheduleTime } = leaseOf(tasks?.[0]);
    await client.acknowledgeTask({ name, scheduleTime });
    await client.resumeQueue({ name: parent });
    expect((await client.leaseTasks(lease))[0].tasks).toHaveLength(1);
    await client.deleteQueue({ name: parent });
    await under.fails(client.leaseTasks(lease), 'NOT_FOUND');
  });

  test('methods of one kind of queue are refused on the other', async () => {
    const { client } = under;
    const pull = await pullQueue(under, 'kind');
    await addTags(under, pull, '');
    const httpRequest = { url: handler.at(`/${id}/never`) };
    await under.fails(client.createTask({ parent: pull, task: { httpRequest } }), 'FAILED_PRECONDITION');
    await under.fails(client.runTask({ name: `${pull}/tasks/t-0` }), 'FAILED_PRECONDITION');
    const push = queueName(`${id}-kind-push`);
    await client.createQueue({ parent: PARENT, queue: { name: push } });
    const lease = { parent: push, maxTasks: 1, leaseDuration: MINUTE };
    await under.fails(client.leaseTasks(lease), 'FAILED_PRECONDITION');
    await under.fails(client.createTask({ parent: push, task: { pullMessage: {} } }), 'FAILED_PRECONDITION');
  });

  test.each([
    ['no tasks', { maxTasks: 0 }],
    ['more than 1000 tasks', { maxTasks: 1001 }],
    ['more than a week', { leaseDuration: { seconds: 604_801 } }],
    ['no duration', { leaseDuration: null }],
  ])('a lease of %s is refused', async (_, given) => {
    const parent = queueName(`${id}-any`);
    await under.fails(
      under.client.leaseTasks({ parent, maxTasks: 1, leaseDuration: MINUTE, ...given }),
      'INVALID_ARGUMENT',
    );
  });

  test('a push queue dispatches its tasks, and counts their attempts', async () => {
    const { client } = under;
    const parent = queueName(`${id}-dispatching`);
    const retryConfig = { minBackoff: { seconds: 600 }, maxBackoff: { seconds: 600 } };
    await client.createQueue({ parent: PARENT, queue: { name: parent, retryConfig } });
    const path = `/${id}/dispatched`;
    const url = handler.statuses(path, 500);
    const name = `${parent}/tasks/one`;
    await client.createTask({ parent, task: { name, httpRequest: { url } } });
    const status = async () => (await client.getTask({ name }))[0].status;
    await expect.poll(async () => (await status())?.attemptResponseCount).toBe(1);
    expect(await status()).toMatchObject({
      attemptDispatchCount: 1,
      lastAttemptStatus: { responseStatus: { code: 13 } },
    });
    await client.runTask({ name });
    await expect.poll(() => handler.received(path).length).toBe(2);
    const relative = { relativeUrl: '/work', httpMethod: 'PUT' as const, payload: Buffer.from('hi') };
    const scheduleTime = { seconds: Math.floor(Date.now() / 1000) + 600 };
    const task = { appEngineHttpRequest: relative, scheduleTime };
    const [app] = await client.createTask({ parent, task, responseView: FULL });
    expect(app.appEngineHttpRequest).toMatchObject({ relativeUrl: '/work', httpMethod: 'PUT' });
    expect(Buffer.from(app.appEngineHttpRequest?.payload as Uint8Array).toString()).toBe('hi');
  });

  test('access, locations, and what is not offered', async () => {
    const { client } = under;
    const resource = await pullQueue(under, 'access');
    const permissions = ['cloudtasks.queues.get'];
    expect((await client.testIamPermissions({ resource, permissions }))[0]).toEqual({ permissions });
    expect((await client.getIamPolicy({ resource }))[0].bindings ?? []).toEqual([]);
    await under.fails(client.setIamPolicy({ resource, policy: {} }), 'UNIMPLEMENTED', 'SetIamPolicy');
    const found: unknown[] = [];
    for await (const location of client.listLocationsAsync({ name: 'projects/p' })) found.push(location.name);
    expect(found).toEqual([PARENT]);
    if (under.transport === 'REST') return; // Google's description of UploadQueueYaml has no path
    await under.fails(client.uploadQueueYaml({ appId: 'p' }), 'UNIMPLEMENTED', 'UploadQueueYaml');
  });
});
