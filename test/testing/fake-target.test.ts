import { afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { TaskQueues } from '../../src/client/task-queues.ts';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import {
  type DrainedTask,
  drain,
  eventually,
  type FakeResponse,
  type FakeTarget,
  fakeTarget,
  type TestClock,
  testClock,
} from '../../src/testing.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();

let target: FakeTarget;
afterEach(() => target.close());

test('responds as scripted, then with 200, and records requests', async () => {
  target = await fakeTarget([503, { status: 201, headers: { 'x-a': 'b' }, body: 'made' }]);
  const send = () => fetch(`${target.url}/path?q=1`, { method: 'POST', body: 'hello' });
  expect((await send()).status).toBe(503);
  const second = await send();
  expect([second.status, second.headers.get('x-a'), await second.text()]).toEqual([201, 'b', 'made']);
  expect((await send()).status).toBe(200);
  expect(target.requests[0]).toMatchObject({ method: 'POST', url: '/path?q=1', body: Buffer.from('hello') });
});

test('responds with the result of a function, which counts from 1', async () => {
  target = await fakeTarget((request, count) => ({ body: `${request.url} ${count}` }));
  const text = async (url: string) => (await fetch(target.url + url)).text();
  expect([await text('/a'), await text('/b')]).toEqual(['/a 1', '/b 2']);
});

describe('a dispatcher meets a target that misbehaves', () => {
  test.each<[FakeResponse, Partial<DrainedTask>, number]>([
    [{ status: 503, headers: { 'retry-after': '7' } }, { outcome: 'failed', status: 503 }, 1],
    [{ afterSeconds: 0.05, status: 201 }, { outcome: 'completed', status: 201 }, 1],
    [{ fault: 'cut before the answer' }, { outcome: 'failed', status: 0 }, 1],
    [{ fault: 'cut within the body', body: 'half of this' }, { outcome: 'failed', status: 0 }, 1],
    [{ fault: 'wrong length', body: 'short' }, { outcome: 'failed', status: 0 }, 1],
    [{ fault: 'too long' }, { outcome: 'completed', status: 200 }, 1],
    [{ fault: 'too long', status: 500 }, { outcome: 'failed', status: 500 }, 1],
    [{ twice: true, status: 500 }, { outcome: 'completed', status: 200 }, 2],
  ])('%j', async (answer, ended, arrivals) => {
    target = await fakeTarget([answer]);
    const { tasks } = await drain(await dispatcherOf(target));
    expect(tasks).toMatchObject([ended]);
    expect(target.requests).toHaveLength(arrivals);
  });

  test('it never answers, until the deadline', async () => {
    target = await fakeTarget([{ fault: 'never answers' }]);
    const draining = drain(await dispatcherOf(target));
    await eventually(() => expect(target.requests).toHaveLength(1));
    await clock.advance('10m');
    expect((await draining).tasks).toMatchObject([{ outcome: 'failed', error: 'no complete response within 600 s' }]);
  });
});

let clock: TestClock;
beforeAll(async () => {
  clock = await testClock(database);
});

/** A dispatcher with this target, and one task. */
async function dispatcherOf({ url }: FakeTarget): Promise<Dispatcher> {
  const queues = new TaskQueues({ database: database.pool });
  await queues.queue().purge();
  await queues.add({ url: '/x' });
  const development = { ignoreRates: true };
  const dispatcher = new Dispatcher({ database: database.url, targets: { default: url }, clock, development });
  onTestFinished(() => dispatcher.stop());
  return dispatcher;
}
