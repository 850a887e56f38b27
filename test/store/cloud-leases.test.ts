// Pull queues of the Cloud Tasks API, as the role that the server has.

import type pg from 'pg';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewCloudTask } from '../../src/domain/cloud-task.ts';
import * as errors from '../../src/domain/errors.ts';
import { leaseCloudTasks, modifyCloudLease } from '../../src/store/cloud-leases.ts';
import { createCloudQueue, getCloudQueue, updateCloudQueue } from '../../src/store/cloud-queues.ts';
import {
  createCloudTask,
  createCloudTasks,
  deleteCloudTask,
  getCloudTask,
  listCloudTasks,
} from '../../src/store/cloud-tasks.ts';
import { createQueue } from '../../src/store/queues.ts';
import { useDatabase } from '../support/db.ts';
import { nextName } from '../support/names.ts';

const database = useDatabase();
const parent = { project: 'shop', location: 'eu' };
const elsewhere = { project: 'shop', location: 'us' };
let server: pg.Client;
let queue: string;

beforeAll(async () => {
  server = await database.asRole('taskqueue_server');
  await createQueue(database.pool, 'push');
});

beforeEach(async () => {
  queue = nextName('pull');
  await createCloudQueue(server, parent, queue, {}, 'pull');
});

const task = (body: string, more: Partial<NewCloudTask> = {}): NewCloudTask => ({
  ...{ target: null, url: '', method: 'PULL', headers: {}, body: Buffer.from(body), ...more },
});
const lease = (more: object = {}) =>
  leaseCloudTasks(server, parent, queue, { seconds: 60, tasks: 10, byTag: false, withBody: true, ...more });
const text = ({ body }: { body: Uint8Array | null | undefined }) => Buffer.from(body ?? []).toString();

describe('a pull queue', () => {
  test('has no rate, and no limit of leases', async () => {
    expect(await getCloudQueue(server, parent, queue)).toMatchObject({
      ...{ mode: 'pull', parent, ratePerSecond: null, bucketSize: null, tombstoneTtlSeconds: 3600 },
    });
  });

  test('counts leases where a push queue counts retries', async () => {
    const limited = nextName('limited');
    await createCloudQueue(server, parent, limited, { taskRetryLimit: 2, ratePerSecond: 7, maxDoublings: 3 }, 'pull');
    expect((await getCloudQueue(server, parent, limited)).retry.taskRetryLimit).toBe(3);
    await updateCloudQueue(server, parent, limited, { taskRetryLimit: 0 }, ['taskRetryLimit', 'ratePerSecond'], 'pull');
    expect((await getCloudQueue(server, parent, limited)).retry.taskRetryLimit).toBe(1);
    await updateCloudQueue(server, parent, limited, {}, ['taskRetryLimit']);
    expect((await getCloudQueue(server, parent, limited)).retry.taskRetryLimit).toBeUndefined();
  });

  test('is made by an update, and stays what it is', async () => {
    const made = nextName('made');
    expect((await updateCloudQueue(server, parent, made, {}, [], 'pull')).mode).toBe('pull');
    const change = updateCloudQueue(server, parent, made, {}, [], 'push');
    await expect(change).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
  });
});

describe('tasks', () => {
  test('come back as they were given, alone and in batches', async () => {
    const made = await createCloudTask(server, parent, queue, task('one', { name: 'one', tag: 'red' }), true);
    expect(made).toMatchObject({ name: 'one', method: 'PULL', tag: 'red', http: null });
    expect(await getCloudTask(server, parent, queue, 'one', true)).toEqual(made);
    const batch = await createCloudTasks(server, parent, queue, [task('two', { tag: 'blue' }), task('')]);
    expect(batch.map(({ tag }) => tag)).toEqual(['blue', null]);
    const { tasks } = await listCloudTasks(server, parent, queue, { limit: 10, withBody: true });
    expect(tasks.map((each) => [each.tag, text(each), each.method])).toEqual([
      ...[
        ['red', 'one', 'PULL'],
        ['blue', 'two', 'PULL'],
        [null, '', 'PULL'],
      ],
    ]);
  });

  test('are refused in a queue of the other mode, and with a long tag', async () => {
    const inPush = createCloudTask(server, parent, 'push', task('x'), false);
    await expect(inPush).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
    const push = task('x', { method: 'POST', url: '/' });
    await expect(createCloudTask(server, parent, queue, push, false)).rejects.toBeInstanceOf(
      errors.InvalidQueueModeError,
    );
    await expect(createCloudTasks(server, parent, queue, [push])).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
    const tagged = createCloudTask(server, parent, queue, task('x', { tag: 'x'.repeat(501) }), false);
    await expect(tagged).rejects.toBeInstanceOf(errors.InvalidTagError);
  });

  test('are not those of push methods', async () => {
    await createCloudTask(server, parent, queue, task('x', { name: 'x' }), false);
    const of = { limit: 10, withBody: false, mode: 'push' as const };
    for (const call of [
      () => getCloudTask(server, parent, queue, 'x', false, 'push'),
      () => listCloudTasks(server, parent, queue, of),
      () => deleteCloudTask(server, parent, queue, 'x', { mode: 'push' }),
    ])
      await expect(call()).rejects.toBeInstanceOf(errors.InvalidQueueModeError);
    await deleteCloudTask(server, parent, queue, 'x');
    await expect(getCloudTask(server, parent, queue, 'x', false)).rejects.toBeInstanceOf(errors.TombstonedTaskError);
  });
});

describe('leases', () => {
  test.each([0.001, 1, 2, 3, 600])('are proven by the schedule time: %s s', async (seconds) => {
    await createCloudTask(server, parent, queue, task('x'), false);
    const [leased] = await lease({ seconds });
    const [again] = await lease({ seconds: 60 });
    const held = again ?? leased; // a very short lease is over by now
    expect(held).toMatchObject({ method: 'PULL' });
    if (!held) return;
    const read = await getCloudTask(server, parent, queue, held.name, false);
    expect(read.scheduleTime).toBe(held.scheduleTime);
    await deleteCloudTask(server, parent, queue, held.name, { mode: 'pull', leaseEnd: held.scheduleTime });
  });

  test('keep the order, and take one tag if asked', async () => {
    for (const tag of ['a', 'b', 'a']) await createCloudTask(server, parent, queue, task(tag, { tag }), false);
    expect((await lease({ byTag: true, tag: 'b' })).map(text)).toEqual(['b']);
    expect((await lease({ byTag: true })).map(text)).toEqual(['a', 'a']);
  });

  test('are renewed and ended', async () => {
    await createCloudTask(server, parent, queue, task('x', { name: 'x' }), false);
    const [leased] = await lease();
    const leaseEnd = leased?.scheduleTime ?? 0n;
    const change = (seconds: number, end: bigint) =>
      modifyCloudLease(server, parent, queue, 'x', { leaseEnd: end, seconds, withBody: true });
    const renewed = await change(600, leaseEnd);
    expect(text(renewed)).toBe('x');
    expect(renewed.scheduleTime).toBeGreaterThan(leaseEnd);
    await expect(change(60, leaseEnd)).rejects.toBeInstanceOf(errors.TaskLeaseExpiredError);
    const ended = await change(0, renewed.scheduleTime);
    expect(ended.scheduleTime).toBeLessThan(leaseEnd);
    expect((await lease())[0]).toMatchObject({ name: 'x', dispatchCount: 2 });
  });

  test('are limited to three megabytes with bodies', async () => {
    const body = Buffer.alloc(1_000_000);
    for (let i = 0; i < 5; i++) await createCloudTask(server, parent, queue, task('', { body }), false);
    expect(await lease()).toHaveLength(3);
    expect(await lease({ withBody: false })).toHaveLength(2);
  });

  test('are of no other parent', async () => {
    await createCloudTask(server, parent, queue, task('x', { name: 'x' }), false);
    const [leased] = await lease();
    const leaseEnd = leased?.scheduleTime ?? 0n;
    for (const call of [
      () => leaseCloudTasks(server, elsewhere, queue, { seconds: 60, tasks: 1, byTag: false, withBody: false }),
      () => modifyCloudLease(server, elsewhere, queue, 'x', { leaseEnd, seconds: 0, withBody: false }),
      () => deleteCloudTask(server, elsewhere, queue, 'x', { leaseEnd }),
    ])
      await expect(call()).rejects.toBeInstanceOf(errors.UnknownQueueError);
  });
});
