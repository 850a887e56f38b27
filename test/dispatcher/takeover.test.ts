import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { type MovableClock, movableClock } from '../../src/testing/movable-clock.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const children: ChildProcess[] = [];
let clock: MovableClock;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(harness.database.pool);
});
beforeEach(async () => {
  queue = nextName('takeover');
  await harness.createQueue(queue, { max_concurrent_requests: 1 });
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startProcess(): Promise<ChildProcess> {
  const script = path.join(import.meta.dirname, 'dispatcher-process.ts');
  const child = spawn(process.execPath, [script, harness.database.url, harness.target.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  if (child.stdout) await once(child.stdout, 'data');
  return child;
}

const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

test('a dispatcher that joins tells the others: one that leads all queues alone seldom counts', async () => {
  await harness.dispatcher().start();
  const client = await harness.database.client();
  await client.query('listen taskqueue_queues');
  const heard = once(client, 'notification');
  await harness.dispatcher().start();
  expect((await heard)[0]).toMatchObject({ channel: 'taskqueue_queues', payload: '' });
});

test('when a dispatcher is killed, another leads its queues within seconds, and its tasks run again when their leases expire', async () => {
  harness.target.answer((_request, count) => (count === 1 ? new Promise(() => {}) : 200));
  const child = await startProcess();
  await harness.add(queue, { name: 'held', url: '/held' });
  await eventually(() => harness.target.requests.length === 1);
  await harness.add(queue, { name: 'waiting', url: '/waiting' });
  child.kill('SIGKILL');
  await once(child, 'exit');

  await harness.dispatcher().start();
  await eventually(async () => {
    const leaders = await sql('select pid from taskqueue.dispatchers where $1 = any (queues)', queue);
    expect(leaders).toHaveLength(1);
  });
  // One request at a time: the dead dispatcher's request counts until its lease expires.
  await clock.advance(629);
  expect(await harness.tasks(queue)).toMatchObject([
    { name: 'held', state: 'dispatched' },
    { name: 'waiting', state: 'due' },
  ]);
  expect(harness.target.requests).toHaveLength(1);

  await clock.advance(2);
  await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  const again = harness.target.requests.find(({ url }, i) => i > 0 && url === '/held');
  expect(again?.headers).toMatchObject({
    'x-appengine-taskretrycount': '1',
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-taskpreviousresponse': '0',
    'x-appengine-taskretryreason': 'Instance Unavailable',
  });
  expect(harness.target.requests).toHaveLength(3);
});

test('killed repeatedly in mid-delivery: nothing is lost', async () => {
  await sql('select * from taskqueue.update_queue(queue => $1, max_concurrent_requests => 10)', queue);
  harness.target.answer(() => new Promise((resolve) => setTimeout(resolve, 20, 200)));
  await harness.addMany(queue, 60);
  for (let kills = 0; kills < 3; kills++) {
    const child = await startProcess();
    const before = harness.target.requests.length;
    await eventually(() => harness.target.requests.length > before + 2);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await clock.advance(631);
  }
  await harness.dispatcher().start();
  await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  const urls = new Set(harness.target.requests.map(({ url }) => url));
  expect(urls.size).toBe(60);
  expect(harness.target.requests.length).toBeLessThanOrEqual(60 + 3 * 10);
});

test('a claim whose commit returns with a warning is not sent: the standby may not have it', async () => {
  await sql(`create function public.warn() returns trigger language plpgsql as $$
    begin raise warning 'canceling wait for synchronous replication'; return new; end $$`);
  await sql('create trigger warn after update on taskqueue._tasks for each row execute function public.warn()');
  const warn = vi.fn();
  const dispatcher = harness.dispatcher({ logger: { ...silentLogger, warn } });
  await harness.add(queue, { url: '/uncertain' });
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
  expect(warn).toHaveBeenCalledOnce();
  expect(harness.target.requests).toHaveLength(0);
  await sql('drop trigger warn on taskqueue._tasks');
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
  await clock.advance(631);
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, completed: 1 });
});
