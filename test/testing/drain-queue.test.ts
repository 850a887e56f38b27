// drain(queue, { handler }), drain with a clock, and what a drain tells.
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { TaskQueues } from '../../src/client/task-queues.ts';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { applyCronConfig } from '../../src/store/crons.ts';
import { drain, type TestClock, testClock } from '../../src/testing.ts';
import { PullWorker } from '../../src/worker/pull-worker.ts';
import { useDatabase } from '../support/db.ts';

const database = useDatabase();
let queues: TaskQueues;
let clock: TestClock;
let number = 0;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  clock = await testClock(database);
});

/** A new queue, and a name for it that no other test uses. */
async function newQueue(settings: Parameters<TaskQueues['createQueue']>[1] = {}) {
  const name = `q${++number}`;
  await queues.createQueue(name, settings);
  return queues.queue(name);
}

/** Answers with these statuses in turn, then 200. */
const answering =
  (...statuses: number[]) =>
  () =>
    new Response('no', { status: statuses.shift() ?? 200 });

test('tells of each attempt in order, and equals its counts', async () => {
  const queue = await newQueue({ retry: { taskRetryLimit: 1 } });
  await queue.add({ name: 'a', url: '/a?x=1', method: 'PUT' });
  await queue.add({ name: 'b', url: '/b' });
  const drained = await drain(queue, { handler: answering(503, 200, 500), clock, until: 'empty' });
  const common = { queue: queue.name, error: undefined };
  expect(drained).toEqual({ claimed: 3, completed: 1, failed: 1, dead: 1, stale: 0 });
  expect(drained.tasks).toMatchObject([
    { ...common, name: 'a', method: 'PUT', url: '/a?x=1', attempt: 1, outcome: 'failed', status: 503, error: 'no' },
    { ...common, name: 'b', method: 'POST', url: '/b', attempt: 1, outcome: 'completed', status: 200 },
    { ...common, name: 'a', attempt: 2, outcome: 'dead', status: 500, error: 'no' },
  ]);
});

test("drains one queue, whatever its tasks' targets and its rate, and what its handler adds", async () => {
  const queue = await newQueue({ rate: '1/d', bucketSize: 1, target: 'billing' });
  const other = await newQueue();
  await queue.add([{ url: '/1' }, { url: '/2', target: 'mail' }]);
  await other.add({ url: '/other' });
  const seen: string[] = [];
  const handler = async (request: Request) => {
    const { pathname } = new URL(request.url);
    seen.push(pathname);
    if (pathname === '/1') await queue.add({ url: '/3' });
    return new Response();
  };
  expect((await drain(queue, { handler })).completed).toBe(3);
  expect(seen).toEqual(['/1', '/2', '/3']);
  expect(await other.purge()).toBe(1);
});

test('pull tasks run through a handler, alone or with a worker', async () => {
  const queue = await newQueue({ mode: 'pull' });
  await queue.add([{ payload: 'good' }, { payload: 'bad' }]);
  let failures = 1;
  const handler = (task: { payload: Uint8Array }) => {
    if (Buffer.from(task.payload).toString() === 'bad' && failures-- > 0) throw new Error('no');
  };
  const drained = await drain(queue, { handler: handler as never, clock, until: 'empty' });
  const outcomes = (of: typeof drained) => of.tasks.map(({ attempt, outcome, error }) => [attempt, outcome, error]);
  expect(outcomes(drained)).toEqual([
    [1, 'completed', undefined],
    [1, 'failed', 'Error: no'],
    [2, 'completed', undefined],
  ]);
  failures = 1;
  await queue.add({ payload: 'bad' });
  const worker = new PullWorker({ database: database.pool, queue: queue.name, handler, clock });
  onTestFinished(() => worker.stop());
  const again = await drain(worker, { clock, until: 'empty' });
  expect(again).toEqual({ claimed: 2, completed: 1, failed: 1, dead: 0, stale: 0 });
  expect(outcomes(again)).toEqual([
    [1, 'failed', 'Error: no'],
    [2, 'completed', undefined],
  ]);
});

test('a handler of a pull queue may finish its task in its own transaction', async () => {
  const queue = await newQueue({ mode: 'pull' });
  await queue.add({ payload: 'x' });
  const client = await database.client();
  const drained = await drain(queue, {
    handler: async (_task: unknown, context?: { finish(options: object): Promise<void> }) => {
      await client.query('begin');
      await context?.finish({ transaction: client });
      await client.query('commit');
    },
  } as never);
  expect(drained.completed).toBe(1);
});

test('a dispatcher with rates is drained until it is empty, token by token', async () => {
  const queue = await newQueue({ rate: '1/m', bucketSize: 1, target: 'slow' });
  const dispatcher = new Dispatcher({ database: database.url, targets: { slow: answering() }, clock });
  onTestFinished(() => dispatcher.stop());
  await queue.add([{ url: '/1' }, { url: '/2' }, { url: '/3', countdown: 3600 }]);
  const before = clock.now();
  expect(await drain(dispatcher, { clock, until: 'empty' })).toMatchObject({ completed: 3 });
  expect(clock.now() - before).toBe(3_600_000);
  expect(await drain(dispatcher)).toMatchObject({ claimed: 0 });
});

test('tasks that cannot run are left, and so is the clock', async () => {
  const queue = await newQueue({ target: 'none' });
  await queue.pause();
  await queue.add({ url: '/paused', countdown: 60 });
  const before = clock.now();
  expect(await drain(queue, { handler: answering(), clock, until: 'empty' })).toMatchObject({ claimed: 0 });
  expect(clock.now()).toBe(before);
});

test('a task that always fails ends the drain with an error that names it', async () => {
  const queue = await newQueue();
  await queue.add({ url: '/never', retryOptions: { minBackoffSeconds: 1, maxBackoffSeconds: 1 } });
  const drained = drain(queue, { handler: () => new Response('out of stock', { status: 500 }), clock, until: 'empty' });
  await expect(drained).rejects.toThrow(
    /a task has failed 100 times and will be retried:(.|\n)*\/never, attempt 100 failed \(500\): out of stock/,
  );
  await queue.purge();
});

test('a day passes with its cron jobs, each run in its turn', async () => {
  await clock.set('2031-03-01T00:00:00Z');
  await applyCronConfig(database.pool, { cron: [{ url: '/hourly', schedule: 'every 1 hours synchronized' }] });
  const hours: string[] = [];
  const handler = (request: Request) => {
    hours.push(new Date(clock.now()).toISOString());
    return new Response(null, { status: request.url.endsWith('/hourly') ? 200 : 404 });
  };
  const dispatcher = new Dispatcher({ database: database.url, targets: { default: handler }, clock });
  onTestFinished(() => dispatcher.stop());
  expect((await drain(dispatcher, { clock, for: '1 day' })).completed).toBe(24);
  expect(new Date(clock.now())).toEqual(new Date('2031-03-02T00:00:00Z'));
  expect(hours.slice(0, 2)).toEqual(['2031-03-01T01:00:00.000Z', '2031-03-01T02:00:00.000Z']);
  await applyCronConfig(database.pool, { cron: [] });
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'nothing',
    () => drain(undefined as never),
    'drain takes dispatchers and workers, or a queue and { handler }, got undefined',
  ],
  ['no handler', () => drain(queues.queue('default'), {} as never), 'handler must be a function, got undefined'],
  ['no queue', () => drain(queues.queue('nowhere'), { handler: answering() }), 'nowhere'],
  ['no clock', () => drain([], { until: 'empty' }), 'to go on in time, drain needs the clock'],
  ['another end', () => drain([], { clock, until: 'full' as never }), `until must be 'empty', got "full"`],
  ['another option', () => drain([], { handler: 1 } as never), 'a dispatcher or worker has its own'],
])('%s is rejected', async (_what, call, message) => {
  await expect(call()).rejects.toThrow(message);
});
