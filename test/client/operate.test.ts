// Leasing and deleting tasks, and managing queues, with the client.

import { beforeAll, describe, expect, test } from 'vitest';
import {
  BadTaskStateError,
  DuplicateTaskNameError,
  InvalidLeaseTimeError,
  InvalidMaxTasksError,
  InvalidQueueError,
  InvalidQueueModeError,
  InvalidQueueNameError,
  InvalidRetryParametersError,
  LeasedTask,
  QueueExistsError,
  QueuePausedError,
  TaskLeaseExpiredError,
  TaskQueues,
  TombstonedQueueError,
  TombstonedTaskError,
  UnknownQueueError,
  UnknownTaskError,
} from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
let queues: TaskQueues;

beforeAll(() => {
  queues = new TaskQueues({ database: database.pool });
});

describe('leases', () => {
  const photos = () => queues.queue('photos');
  const leaseAll = () => photos().leaseTasks({ leaseSeconds: 60, maxTasks: 1000 });

  beforeAll(async () => {
    await queues.createQueue('photos', { mode: 'pull' });
  });

  test('a leased task has its payload, its retry count and the expiry of its lease', async () => {
    const { name, created } = await photos().add({ payload: 'sunrise.jpg', tag: 'sky' });
    const before = Date.now();
    const [task, ...others] = await leaseAll();
    expect(others).toEqual([]);
    expect(task).toBeInstanceOf(LeasedTask);
    expect(task).toMatchObject({ queueName: 'photos', name, created, tag: 'sky', retryCount: 1, wasDeleted: false });
    expect(Buffer.from(task?.payload ?? []).toString()).toBe('sunrise.jpg');
    expect(task?.eta.getTime()).toBeGreaterThan(before + 55_000);
    expect(await leaseAll()).toEqual([]);
  });

  test('a lease is renewed, released, and lost', async () => {
    await photos().purge();
    await photos().add({ payload: '' });
    const [first] = await leaseAll();
    if (!first) throw new Error('nothing was leased');
    const end = first.eta;
    expect(await photos().modifyTaskLease(first, 600)).toBe(first);
    expect(first.eta.getTime()).toBeGreaterThan(end.getTime());
    await photos().modifyTaskLease(first, 0);
    const [second] = await leaseAll();
    expect(second).toMatchObject({ name: first.name, retryCount: 2 });
    expect(await rejection(photos().modifyTaskLease(first, 60))).toBeInstanceOf(TaskLeaseExpiredError);
    expect(await photos().deleteTask(first)).toBe(false);
    expect(await photos().deleteTask(second as LeasedTask)).toBe(true);
    expect(second?.wasDeleted).toBe(true);
    expect(await rejection(photos().deleteTask(second as LeasedTask))).toBeInstanceOf(BadTaskStateError);
    expect(await rejection(photos().modifyTaskLease(first, 60))).toBeInstanceOf(UnknownTaskError);
  });

  test('a named task that is gone is tombstoned', async () => {
    await photos().add({ payload: '', name: 'named' });
    const task = (await leaseAll()).find(({ name }) => name === 'named') as LeasedTask;
    await photos().deleteTasks(['named']);
    expect(await rejection(photos().modifyTaskLease(task, 60))).toBeInstanceOf(TombstonedTaskError);
  });

  test.for([
    [{ leaseSeconds: -1 }, InvalidLeaseTimeError],
    [{ leaseSeconds: 604_801 }, InvalidLeaseTimeError],
    [{ leaseSeconds: Number.NaN }, InvalidLeaseTimeError],
    [{ leaseSeconds: Infinity }, InvalidLeaseTimeError],
    [{ leaseSeconds: 1e300 }, InvalidLeaseTimeError],
    [{ leaseSeconds: '60' }, TypeError],
    [{}, TypeError],
    [{ leaseSeconds: 60, maxTasks: 0 }, InvalidMaxTasksError],
    [{ leaseSeconds: 60, maxTasks: -1 }, InvalidMaxTasksError],
    [{ leaseSeconds: 60, maxTasks: 1001 }, InvalidMaxTasksError],
    [{ leaseSeconds: 60, maxTasks: 2 ** 31 }, InvalidMaxTasksError],
    [{ leaseSeconds: 60, maxTasks: 1.5 }, TypeError],
    [{ leaseSeconds: 60, maxTasks: '2' }, TypeError],
    [{ leaseSeconds: 60, maxTasks: null }, TypeError],
    [{ leaseSeconds: 60, tag: 'x' }, TypeError],
  ] as const)('%j is refused', async ([request, errorClass]) => {
    expect(await rejection(photos().leaseTasks(request as never))).toBeInstanceOf(errorClass);
  });

  test('push queues, paused queues and unknown queues grant no leases', async () => {
    const lease = (name: string) => rejection(queues.queue(name).leaseTasks({ leaseSeconds: 1 }));
    expect(await lease('default')).toBeInstanceOf(InvalidQueueModeError);
    expect(await lease('nowhere')).toBeInstanceOf(UnknownQueueError);
    await photos().pause();
    expect(await lease('photos')).toBeInstanceOf(QueuePausedError);
    await photos().resume();
  });
});

describe('deleting', () => {
  test('reports for each name whether a task was deleted, and marks the tasks', async () => {
    const queue = queues.queue();
    const [a, b] = await queue.add([{ name: 'del-a' }, { countdown: 60 }]);
    if (!a || !b) throw new Error('nothing was added');
    expect(await queue.deleteTasks([a, 'never-was', b])).toEqual([
      { name: 'del-a', deleted: true },
      { name: 'never-was', deleted: false },
      { name: b.name, deleted: true },
    ]);
    expect([a.wasDeleted, b.wasDeleted]).toEqual([true, true]);
    expect(await queue.deleteTasks([])).toEqual([]);
    expect(await queue.deleteTask('del-a')).toBe(false);
  });

  test('rejects duplicates, deleted tasks and tasks of another queue before deleting anything', async () => {
    const queue = queues.queue();
    const task = await queue.add({});
    expect(await rejection(queue.deleteTasks([task, task.name]))).toBeInstanceOf(DuplicateTaskNameError);
    expect(await rejection(queues.queue('photos').deleteTask(task))).toBeInstanceOf(BadTaskStateError);
    await queue.deleteTask(task);
    const other = await queue.add({});
    expect(await rejection(queue.deleteTasks([other, task]))).toBeInstanceOf(BadTaskStateError);
    expect(await queue.deleteTask(other)).toBe(true);
    expect(await rejection(queues.queue('nowhere').deleteTasks(['a']))).toBeInstanceOf(UnknownQueueError);
  });
});

describe('queues', () => {
  test('are created with App Engine’s defaults, updated, listed and deleted', async () => {
    const made = await queues.createQueue('mail');
    expect(made).toMatchObject({ name: 'mail', mode: 'push', rate: '5/s', bucketSize: 5, maxConcurrentRequests: 1000 });
    expect(made).toMatchObject({ state: 'running', target: null, tombstoneTtlSeconds: 777_600, pausedUntil: null });
    const retry = {
      taskRetryLimit: 7,
      taskAgeLimit: 172_800,
      minBackoffSeconds: 1,
      maxBackoffSeconds: 60,
      maxDoublings: 3,
    };
    const changed = await queues.updateQueue('mail', { rate: '50/s', retry, tombstoneTtlSeconds: 90_061.5 });
    expect(changed).toMatchObject({ rate: '50/s', bucketSize: 5, retry, tombstoneTtlSeconds: 90_061.5 });
    await queues.queue('mail').add([{}, {}]);
    const listed = (await queues.listQueues()).find(({ name }) => name === 'mail');
    expect(listed).toMatchObject({ ...changed, tasks: 2, inFlight: 0, enforcedRate: 50, oldestEta: expect.any(Date) });
    expect(await rejection(queues.createQueue('mail'))).toBeInstanceOf(QueueExistsError);
    expect(await queues.deleteQueue('mail')).toBe(2);
    expect(await rejection(queues.createQueue('mail'))).toBeInstanceOf(TombstonedQueueError);
    expect(await rejection(queues.updateQueue('nowhere', {}))).toBeInstanceOf(UnknownQueueError);
  });

  test('are paused, resumed and purged', async () => {
    const queue = queues.queue();
    const until = new Date(Date.now() + 60_000);
    expect(await queue.pause({ reason: 'provider is down', until })).toMatchObject({
      state: 'paused',
      pausedReason: 'provider is down',
      pausedUntil: until,
    });
    await queue.add([{}, {}, {}]);
    expect(await queue.resume()).toMatchObject({ state: 'running', pausedReason: null, pausedUntil: null });
    expect(await queue.purge()).toBeGreaterThanOrEqual(3);
    expect(await queue.purge()).toBe(0);
  });

  test('have targets', async () => {
    await queues.setTarget('worker', 'http://localhost:3000');
    expect(await queues.listTargets()).toEqual([
      {
        maxConcurrent: null,
        name: 'worker',
        url: expect.stringContaining('http://localhost:3000'),
        created: expect.any(Date),
      },
    ]);
    expect(await queues.removeTarget('worker')).toBe(true);
    expect(await queues.removeTarget('worker')).toBe(false);
  });

  test('dispatch a task now', async () => {
    const task = await queues.queue().add({ countdown: 3600 });
    expect(await queues.queue().run(task)).toBe(true);
    expect(await value(database.pool, 'select count(*)::int from taskqueue._forced_runs')).toBe(1);
  });

  test.for([
    ['misspelt', { bucketsize: 1 }, TypeError],
    ['text', { bucketSize: '5' }, TypeError],
    ['half', { bucketSize: 1.5 }, InvalidQueueError],
    ['huge', { maxConcurrentRequests: 1e12 }, InvalidQueueError],
    ['endless', { tombstoneTtlSeconds: Infinity }, InvalidQueueError],
    ['eternal', { tombstoneTtlSeconds: 31_536_001 }, InvalidQueueError],
    ['fast', { rate: '1e9/s' }, InvalidQueueError],
    ['padded', { rate: '5/s ' }, InvalidQueueError],
    ['unit', { rate: '5/x' }, InvalidQueueError],
    ['half-rate', { rate: '\ud800' }, InvalidQueueError],
    ['backoff', { retry: { minBackoffSeconds: 10, maxBackoffSeconds: 1 } }, InvalidRetryParametersError],
    ['nan', { retry: { maxDoublings: Number.NaN } }, InvalidRetryParametersError],
    ['under_score', {}, InvalidQueueNameError],
    ['trailing\n', {}, InvalidQueueNameError],
    ['', {}, InvalidQueueNameError],
    ['x'.repeat(1_000_000), {}, InvalidQueueNameError],
    ['a\0b', {}, InvalidQueueNameError],
    ['\u212a', {}, InvalidQueueNameError],
    ['\u202equeue', {}, InvalidQueueNameError],
  ] as const)('%# are not made of %s', async ([name, settings, errorClass]) => {
    expect(await rejection(queues.createQueue(name, settings as never))).toBeInstanceOf(errorClass);
  });
});
