// Queues, through each of Google's clients: every method, masks in both spellings, filters and pages.

import { describe, expect, test } from 'vitest';
import { createQueue, PARENT, queueName, useCloudTasks } from './cloud-tasks.ts';

const { clients, handler } = useCloudTasks();

/** What a queue that was created without settings has. */
const DEFAULTS = {
  rateLimits: { maxDispatchesPerSecond: 500, maxBurstSize: 100, maxConcurrentDispatches: 1000 },
  retryConfig: {
    maxAttempts: 100,
    minBackoff: { seconds: '0', nanos: 100_000_000 },
    maxBackoff: { seconds: '3600', nanos: 0 },
    maxDoublings: 16,
  },
  state: 'RUNNING',
  appEngineRoutingOverride: null,
  purgeTime: null,
};

const rateMask = (path: string) => ({ paths: [path] });

describe.each(clients)('%s', (under) => {
  const { id } = under;
  const create = (name: string, settings: object = {}) => createQueue(under, `q-${name}`, settings);

  test('creates a queue with defaults, and gets it', async () => {
    const queue = { name: queueName(`${id}-defaults`) };
    const [created] = await under.client.createQueue({ parent: PARENT, queue });
    expect(created).toMatchObject({ ...queue, ...DEFAULTS });
    const [got] = await under.client.getQueue(queue);
    expect(got).toEqual(created);
  });

  test('creates a queue with settings of its own', async () => {
    const settings = {
      rateLimits: { maxDispatchesPerSecond: 5.5, maxConcurrentDispatches: 3 },
      retryConfig: {
        maxAttempts: 4,
        maxRetryDuration: { seconds: '3600', nanos: 0 },
        minBackoff: { seconds: '1', nanos: 500_000_000 },
        maxBackoff: { seconds: '10', nanos: 0 },
        maxDoublings: 2,
      },
      stackdriverLoggingConfig: { samplingRatio: 0.25 },
      appEngineRoutingOverride: { service: 'worker', version: 'v1' },
    };
    const name = await create('settings', settings);
    const [got] = await under.client.getQueue({ name });
    expect(got).toMatchObject({ name, ...settings });
  });

  test.each(['-1', '0.0000001', '123.456'])('keeps a rate or refuses it: %s', async (rate) => {
    const name = queueName(`${id}-rate${rate.replace('.', '-')}`);
    const queue = { name, rateLimits: { maxDispatchesPerSecond: Number(rate) } };
    const call = under.client.createQueue({ parent: PARENT, queue });
    if (Number(rate) < 0) return under.fails(call, 'INVALID_ARGUMENT');
    expect((await call)[0].rateLimits?.maxDispatchesPerSecond).toBe(Number(rate));
  });

  test.each(['rate_limits.max_dispatches_per_second', 'rateLimits.maxDispatchesPerSecond'])(
    'updates what a mask names: %s',
    async (path) => {
      const name = await create(path.replaceAll(/\W|_/g, '-'), { rateLimits: { maxConcurrentDispatches: 7 } });
      const queue = { name, rateLimits: { maxDispatchesPerSecond: 7, maxConcurrentDispatches: 99 } };
      const [updated] = await under.client.updateQueue({ queue, updateMask: rateMask(path) });
      expect(updated.rateLimits).toMatchObject({ maxDispatchesPerSecond: 7, maxConcurrentDispatches: 7 });
      const [reset] = await under.client.updateQueue({ queue: { name }, updateMask: rateMask(path) });
      expect(reset.rateLimits).toMatchObject({ maxDispatchesPerSecond: 500, maxConcurrentDispatches: 7 });
    },
  );

  test('updates everything without a mask, and creates a queue that is absent', async () => {
    const name = queueName(`${id}-upsert`);
    const rateLimits = { maxDispatchesPerSecond: 7, maxConcurrentDispatches: 7 };
    const [created] = await under.client.updateQueue({ queue: { name, rateLimits } });
    expect(created).toMatchObject({ name, rateLimits });
    const [updated] = await under.client.updateQueue({ queue: { name, retryConfig: { maxAttempts: 3 } } });
    expect(updated).toMatchObject({ rateLimits: DEFAULTS.rateLimits, retryConfig: { maxAttempts: 3 } });
  });

  test('refuses a mask with an unknown field', async () => {
    const queue = { name: await create('unknown-mask') };
    await under.fails(under.client.updateQueue({ queue, updateMask: rateMask('colour') }), 'INVALID_ARGUMENT');
  });

  test('lists queues by page, and by state', async () => {
    const names = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((letter) => create(`list-${letter}`)));
    await under.client.pauseQueue({ name: names[2] as string });
    const list = async (filter: string) => {
      const found: string[] = [];
      const pages = under.client.listQueuesAsync({ parent: PARENT, filter, pageSize: 2 });
      for await (const { name } of pages) if (name?.includes(`${id}-q-list-`)) found.push(name);
      return found;
    };
    expect(await list('')).toEqual(names);
    expect(await list('state: PAUSED')).toEqual([names[2]]);
    expect(await list('state=RUNNING')).toEqual(names.toSpliced(2, 1));
    await under.fails(under.client.listQueues({ parent: PARENT, filter: 'colour: RED' }), 'INVALID_ARGUMENT');
  });

  test('gives pages of the size that was asked for, with a token for the next', async () => {
    await Promise.all(['a', 'b', 'c'].map((letter) => create(`page-${letter}`)));
    const request = { parent: PARENT, pageSize: 2 };
    const [first, next] = await under.client.listQueues(request, { autoPaginate: false });
    expect(first).toHaveLength(2);
    const [second] = await under.client.listQueues(next as typeof request, { autoPaginate: false });
    expect(second[0]?.name).not.toBe(first[0]?.name);
    const bad = under.client.listQueues({ ...request, pageToken: 'nonsense' }, { autoPaginate: false });
    await under.fails(bad, 'INVALID_ARGUMENT');
  });

  test('pauses and resumes, twice each', async () => {
    const name = await create('paused');
    for (const _ of [1, 2]) expect((await under.client.pauseQueue({ name }))[0].state).toBe('PAUSED');
    for (const _ of [1, 2]) expect((await under.client.resumeQueue({ name }))[0].state).toBe('RUNNING');
  });

  test('purges', async () => {
    const name = await create('purged');
    await under.client.pauseQueue({ name });
    const httpRequest = { url: handler.at(`/${id}/purged`) };
    for (const _ of [1, 2, 3]) await under.client.createTask({ parent: name, task: { httpRequest } });
    const [purged] = await under.client.purgeQueue({ name });
    expect(Number(purged.purgeTime?.seconds)).toBeGreaterThan(Date.now() / 1000 - 60);
    expect((await under.client.listTasks({ parent: name }))[0]).toEqual([]);
    expect((await under.client.getQueue({ name }))[0].purgeTime).toEqual(purged.purgeTime);
  });

  test('deletes, and the name cannot be used again for days', async () => {
    const name = await create('deleted');
    expect((await under.client.deleteQueue({ name }))[0]).toEqual({});
    await under.fails(under.client.getQueue({ name }), 'NOT_FOUND', 'Queue does not exist.');
    const again = under.client.createQueue({ parent: PARENT, queue: { name } });
    await under.fails(again, 'FAILED_PRECONDITION', 'a queue with this name existed too recently');
  });

  test('asks which permissions it has', async () => {
    const resource = await create('permissions');
    const permissions = ['cloudtasks.tasks.create', 'cloudtasks.queues.get'];
    expect((await under.client.testIamPermissions({ resource, permissions }))[0]).toEqual({ permissions });
    const missing = { resource: queueName(`${id}-missing`), permissions };
    expect((await under.client.testIamPermissions(missing))[0].permissions ?? []).toEqual([]);
  });

  test('gets an empty policy, and is told who has rights here instead', async () => {
    const resource = await create('policy');
    expect((await under.client.getIamPolicy({ resource }))[0].bindings ?? []).toEqual([]);
    await under.fails(under.client.setIamPolicy({ resource, policy: {} }), 'UNIMPLEMENTED', 'SetIamPolicy');
  });

  test('lists locations, and gets one', async () => {
    await create('located');
    const found: unknown[] = [];
    for await (const location of under.client.listLocationsAsync({ name: 'projects/p' })) found.push(location);
    expect(found).toMatchObject([{ name: PARENT, locationId: 'europe-west1' }]);
    const answer: unknown = await under.client.getLocation({ name: PARENT }); // its type is not what it answers
    expect(answer).toMatchObject({ 0: { name: PARENT, locationId: 'europe-west1' } });
  });
});
