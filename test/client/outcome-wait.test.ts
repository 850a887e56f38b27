import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { nextName } from '../support/names.ts';

const database = useDatabase();
const open = async (keepCompleted = 'all') => {
  const queues = new TaskQueues({ database: database.pool });
  const name = nextName('waited');
  await queues.createQueue(name, { mode: 'pull', keepCompleted });
  return queues.queue(name);
};

test('a wait ends when the task has been completed', async () => {
  const queue = await open();
  const task = await queue.add({ payload: 'x', tag: 'user-1' });
  const waiting = queue.wait(task);
  await sleep(100);
  const [leased] = await queue.leaseTasks({ leaseSeconds: 60 });
  await queue.deleteTask(leased as NonNullable<typeof leased>);
  expect(await waiting).toMatchObject({ outcome: 'completed', attempts: 1, ended: expect.any(Date) });
  expect(await queue.listCompleted({ tag: 'user-1' })).toMatchObject([{ name: task.name, attempts: 1 }]);
  expect(await queue.listCompleted({ tag: 'user-2' })).toEqual([]);
});

test('it ends with its time, or with its signal', async () => {
  const queue = await open();
  const task = await queue.add({ payload: 'x' });
  expect(await queue.wait(task, { timeoutSeconds: 0.1 })).toMatchObject({ outcome: 'waiting' });
  const signal = AbortSignal.timeout(100);
  await expect(queue.wait(task.name, { signal })).rejects.toMatchObject({ name: 'TimeoutError' });
  await expect(queue.wait(task, { timeoutSeconds: -1 })).rejects.toThrow(/timeoutSeconds must be 0 or more, got -1/);
});

test('where nothing is kept, it tells that the task has ended', async () => {
  const queue = await open('none');
  const task = await queue.add({ payload: 'x', name: 'known' });
  await queue.deleteTask(task);
  expect(await queue.wait('known')).toMatchObject({ outcome: 'ended' });
  expect(await queue.wait('never')).toMatchObject({ outcome: 'unknown' });
});
