// Queues of the Cloud Tasks API: settings, defaults and parents, as the role that the server has.

import fc from 'fast-check';
import type pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CloudQueueSettings } from '../../src/domain/cloud-task.ts';
import * as errors from '../../src/domain/errors.ts';
import {
  createCloudQueue,
  deleteCloudQueue,
  getCloudQueue,
  listCloudQueues,
  pauseCloudQueue,
  purgeCloudQueue,
  resumeCloudQueue,
  updateCloudQueue,
} from '../../src/store/cloud-queues.ts';
import { createQueue } from '../../src/store/queues.ts';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();
const parent = { project: 'shop', location: 'eu' };
const other = { project: 'shop', location: 'us' };
let server: pg.Client;

const usual = {
  mode: 'push',
  ratePerSecond: 500,
  bucketSize: 100,
  maxConcurrentRequests: 1000,
  retry: { taskRetryLimit: 99, minBackoffSeconds: 0.1, maxBackoffSeconds: 3600, maxDoublings: 16 },
  target: null,
  state: 'running',
  purgeTime: null,
  httpTarget: null,
  loggingRatio: null,
  tombstoneTtlSeconds: 3600,
};
const everything = {
  ratePerSecond: 7.5,
  maxConcurrentRequests: 3,
  taskRetryLimit: 4,
  taskAgeLimit: 60,
  minBackoffSeconds: 1.5,
  maxBackoffSeconds: 10,
  maxDoublings: 2,
  target: 'v2.worker',
  httpTarget: { uriOverride: { host: 'example.com' } },
  loggingRatio: 0.1,
  tombstoneTtlSeconds: 7200,
} satisfies CloudQueueSettings;
const FIELDS = Object.keys(everything) as (keyof CloudQueueSettings)[];

beforeAll(async () => {
  server = await database.asRole('taskqueue_server');
  await createQueue(database.pool, 'file', { rate: '10/m', bucketSize: 30 });
  await createQueue(database.pool, 'pull', { mode: 'pull' });
});

describe('creating', () => {
  test('what is left out gets the API’s defaults', async () => {
    const made = await createCloudQueue(server, parent, 'plain', { ratePerSecond: null });
    expect(made).toEqual({ name: 'plain', parent, ...usual });
    expect(await getCloudQueue(server, parent, 'plain')).toEqual(made);
    expect(
      await rows(database.pool, `select managed_by, tombstone_ttl::text from taskqueue._queues where name = 'plain'`),
    ).toEqual([{ managed_by: 'api', tombstone_ttl: '01:00:00' }]);
  });

  test('everything that a queue may have is kept', async () => {
    expect(await createCloudQueue(server, parent, 'whole', everything)).toMatchObject({
      ratePerSecond: 7.5,
      bucketSize: 5,
      maxConcurrentRequests: 3,
      retry: { taskRetryLimit: 4, taskAgeLimit: 60, minBackoffSeconds: 1.5, maxBackoffSeconds: 10, maxDoublings: 2 },
      target: 'v2.worker',
      httpTarget: everything.httpTarget,
      loggingRatio: 0.1,
    });
    const unlimited = await createCloudQueue(server, parent, 'unlimited', { taskRetryLimit: Infinity });
    expect(unlimited.retry.taskRetryLimit).toBeUndefined();
  });

  test.each<[string, CloudQueueSettings, new (message: string) => Error]>([
    ['no rate', { ratePerSecond: 0 }, errors.InvalidQueueError],
    ['501 per second', { ratePerSecond: 501 }, errors.InvalidQueueError],
    ['less than a task in 30 000 years', { ratePerSecond: 1e-300 }, errors.InvalidQueueError],
    ['a back-off above the longest', { minBackoffSeconds: 4000 }, errors.InvalidRetryParametersError],
    ['a target with a space', { target: 'a b' }, errors.InvalidTargetError],
    ['a logging ratio of 2', { loggingRatio: 2 }, errors.InvalidQueueError],
  ])('%s is refused', async (_, settings, error) => {
    await expect(createCloudQueue(server, parent, 'refused', settings)).rejects.toBeInstanceOf(error);
  });

  test('a name that is in use or was is refused, under whatever parent', async () => {
    await createCloudQueue(server, parent, 'once', {});
    for (const name of ['once', 'file', 'default', 'pull'])
      await expect(createCloudQueue(server, other, name, {})).rejects.toBeInstanceOf(errors.QueueExistsError);
    await deleteCloudQueue(server, parent, 'once');
    await expect(createCloudQueue(server, other, 'once', {})).rejects.toBeInstanceOf(errors.TombstonedQueueError);
    await expect(getCloudQueue(server, parent, 'once')).rejects.toBeInstanceOf(errors.UnknownQueueError);
    await expect(createCloudQueue(server, parent, 'a_b', {})).rejects.toBeInstanceOf(errors.InvalidQueueNameError);
  });
});

test('a rate is read back as it was written', async () => {
  await createCloudQueue(server, parent, 'rates', {});
  const rate = fc.oneof(
    fc.constantFrom(500, 1e-7, 1e-12, 1.2345678901234567e-12, 0.1, 1 / 3, 499.99999999999994),
    fc.double({ min: 1e-12, max: 500, noNaN: true }),
    fc.double({ min: 1e-12, max: 1e-6, noNaN: true }),
  );
  await fc.assert(
    fc.asyncProperty(rate, async (ratePerSecond) => {
      const changed = await updateCloudQueue(server, parent, 'rates', { ratePerSecond }, ['ratePerSecond']);
      expect(changed.ratePerSecond).toBe(ratePerSecond);
      expect(changed.bucketSize).toBe(Math.max(5, Math.min(500, Math.ceil(ratePerSecond / 5))));
      expect(
        await value(database.pool, `select rate ~ '^[0-9]+([.][0-9]+)?/s$' from taskqueue.queues where name = 'rates'`),
      ).toBe(true);
    }),
    { numRuns: 200 },
  );
});

describe('updating', () => {
  test.each(FIELDS)('%s alone is changed, and reset', async (field) => {
    const name = `only-${field}`;
    const before = await createCloudQueue(server, parent, name, {});
    const changed = await updateCloudQueue(server, parent, name, everything, [field]);
    expect(changed).not.toEqual(before);
    expect(await updateCloudQueue(server, parent, name, {}, [field])).toEqual(before);
    expect(await updateCloudQueue(server, parent, name, everything, [])).toEqual(before);
  });

  test('a queue that is not there is created', async () => {
    const made = await updateCloudQueue(server, parent, 'made', everything, [
      'maxConcurrentRequests',
      'taskRetryLimit',
    ]);
    expect(made).toEqual({
      name: 'made',
      parent,
      ...usual,
      maxConcurrentRequests: 3,
      retry: { ...usual.retry, taskRetryLimit: 4 },
    });
  });

  test('two updates at the same time leave both changes', async () => {
    const second = await database.asRole('taskqueue_server');
    const [a, b] = await Promise.all([
      updateCloudQueue(server, parent, 'raced', everything, ['taskRetryLimit']),
      updateCloudQueue(second, parent, 'raced', everything, ['maxDoublings']),
    ]);
    expect([a.retry.taskRetryLimit === 4, b.retry.maxDoublings === 2]).toEqual([true, true]);
    const { retry } = await getCloudQueue(server, parent, 'raced');
    expect(retry).toMatchObject({ taskRetryLimit: 4, maxDoublings: 2 });
  });

  test('a queue from a file keeps its bucket until its rate changes', async () => {
    const kept = await updateCloudQueue(server, parent, 'file', everything, ['maxConcurrentRequests']);
    expect(kept).toMatchObject({ parent: null, bucketSize: 30, maxConcurrentRequests: 3, ratePerSecond: 10 / 60 });
    const changed = await updateCloudQueue(server, other, 'file', { ratePerSecond: 100 }, ['ratePerSecond']);
    expect(changed).toMatchObject({ bucketSize: 20, ratePerSecond: 100 });
  });

  test('neither a pull queue nor a queue of another parent', async () => {
    await createCloudQueue(server, parent, 'owned', {});
    const update = (name: string) => updateCloudQueue(server, other, name, {}, FIELDS, 'push');
    await expect(update('pull')).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
    await expect(update('owned')).rejects.toBeInstanceOf(errors.UnknownQueueError);
  });

  test('is audited', async () => {
    await createCloudQueue(server, parent, 'audited', {});
    await updateCloudQueue(server, parent, 'audited', everything, FIELDS);
    const [create, update] = await rows<{ act: string; before: object; after: object }>(
      database.pool,
      `select act, before, after from taskqueue.audit where object = 'queue audited' order by id`,
    );
    expect(create).toMatchObject({ act: 'create', before: null, after: { ...parent, rate: '500/s' } });
    expect(update).toMatchObject({
      act: 'update',
      before: { rate: '500/s' },
      after: { rate: '7.5/s', http_target: everything.httpTarget, logging_ratio: 0.1 },
    });
  });
});

test('a queue is visible under its own parent, or under all if it has none', async () => {
  await createCloudQueue(server, { project: 'alone', location: 'eu' }, 'mine', {});
  const listed = async (project: string) =>
    (await listCloudQueues(server, { project, location: 'eu' }, { limit: 9800 })).map(({ name }) => name);
  expect(await listed('alone')).toEqual(['default', 'file', 'mine', 'pull']);
  expect(await listed('elsewhere')).toEqual(['default', 'file', 'pull']);
  await expect(getCloudQueue(server, parent, 'mine')).rejects.toBeInstanceOf(errors.UnknownQueueError);
  for (const act of [deleteCloudQueue, pauseCloudQueue, resumeCloudQueue, purgeCloudQueue])
    await expect(act(server, parent, 'mine')).rejects.toBeInstanceOf(errors.UnknownQueueError);
  expect(await getCloudQueue(server, parent, 'pull')).toMatchObject({
    mode: 'pull',
    parent: null,
    ratePerSecond: null,
    bucketSize: null,
    maxConcurrentRequests: null,
  });
});

test('queues are listed page by page, by state', async () => {
  const own = { project: 'pages', location: 'eu' };
  for (const name of ['b', 'B', 'a-1', 'c']) await createCloudQueue(server, own, name, {});
  expect((await pauseCloudQueue(server, own, 'c')).state).toBe('paused');
  const page = async (after?: string) =>
    (await listCloudQueues(server, own, { after, limit: 3 })).map(({ name }) => name);
  expect([await page(), await page('b'), await page('pull')]).toEqual([
    ['B', 'a-1', 'b'],
    ['c', 'default', 'file'],
    [],
  ]);
  const paused = await listCloudQueues(server, own, { limit: 10, state: 'paused' });
  expect(paused.map(({ name }) => name)).toEqual(['c']);
  expect((await resumeCloudQueue(server, own, 'c')).state).toBe('running');
});

test('the time of a purge stays', async () => {
  await createCloudQueue(server, parent, 'purged', {});
  const { purgeTime } = await purgeCloudQueue(server, parent, 'purged');
  expect(purgeTime).toEqual(expect.any(BigInt));
  await database.pool.query(`select taskqueue.clean_purged('purged')`);
  expect((await getCloudQueue(server, parent, 'purged')).purgeTime).toBe(purgeTime);
});
