import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { TaskQueues } from '../../src/client/task-queues.ts';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { TombstonedTaskError } from '../../src/domain/errors.ts';
import { applyCronConfig } from '../../src/store/crons.ts';
import { drain, type TestClock, testClock } from '../../src/testing.ts';
import { PullWorker } from '../../src/worker/pull-worker.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';

const DAY = 86_400_000;
const database = useDatabase();
let queues: TaskQueues;
let clock: TestClock;
let statuses: number[] = [];
const paths: string[] = [];
let dispatcher: Dispatcher;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  clock = await testClock(database);
  dispatcher = new Dispatcher({ database: database.url, targets: { default: handler }, clock });
});
afterAll(() => dispatcher.stop());

function handler(request: Request): Response {
  paths.push(new URL(request.url).pathname);
  return new Response(null, { status: statuses.shift() ?? 200 });
}

/** How many tasks a drain started. */
const started = async () => (await drain(dispatcher)).claimed;
/** Creates a pull queue with one task, and returns a function that leases. */
async function pullQueue(name: string): Promise<() => Promise<number>> {
  await queues.createQueue(name, { mode: 'pull' });
  await queues.queue(name).add({ payload: 'x' });
  return async () => (await queues.queue(name).leaseTasks({ leaseSeconds: 60 })).length;
}

test('stands still, and moves the database and this process together', async () => {
  const before = clock.now();
  await clock.advance('1 day');
  expect(clock.now() - before).toBe(DAY);
  await clock.set('2030-01-31T08:30:00Z');
  const { rows } = await database.pool.query('select taskqueue._now() as now');
  expect([clock.now(), rows[0].now]).toEqual([Date.UTC(2030, 0, 31, 8, 30), new Date('2030-01-31T08:30:00Z')]);
});

test.each<[string, number | string, () => Promise<() => Promise<unknown>>, unknown, unknown]>([
  ['an ETA', '1h', () => queues.add({ url: '/eta', countdown: 3600 }).then(() => started), 0, 1],
  [
    'a back-off',
    3,
    async () => {
      statuses = [500];
      await queues.add({ url: '/b' });
      await started();
      return started;
    },
    0,
    1,
  ],
  ['a lease', '61s', () => pullQueue('leased').then((lease) => lease().then(() => lease)), 0, 1],
  [
    'a tombstone',
    '9 days 1 minute',
    async () => {
      await queues.add({ name: 'once', url: '/t' });
      await started();
      return () =>
        queues.add({ name: 'once', url: '/t' }).then(
          () => 'added',
          (error) => error.constructor,
        );
    },
    TombstonedTaskError,
    'added',
  ],
  [
    'a rate',
    '2s',
    async () => {
      await queues.createQueue('slow', { rate: '1/s', bucketSize: 1 });
      await queues.queue('slow').add([{ url: '/1' }, { url: '/2' }]);
      await started();
      return started;
    },
    0,
    1,
  ],
  [
    'a pause until a moment',
    '30m',
    async () => {
      await queues.queue('default').pause({ until: new Date(clock.now() + 1_800_000) });
      await queues.add({ url: '/p' });
      return started;
    },
    0,
    1,
  ],
])('%s obeys', async (_what, duration, begin, before, after) => {
  const look = await begin();
  expect(await look()).toEqual(before);
  await clock.advance(duration);
  expect(await look()).toEqual(after);
});

test('cron jobs that fall due on the way add their tasks, each at its moment', async () => {
  await clock.set('2030-02-01T00:30:00Z');
  await applyCronConfig(database.pool, {
    cron: [
      { url: '/hourly', schedule: 'every 1 hours synchronized' },
      { url: '/nightly', schedule: 'every day 03:00' },
    ],
  });
  await clock.advance('3h');
  const { rows } = await database.pool.query(
    `select url, created from taskqueue.tasks where url in ('/hourly', '/nightly') order by created, url`,
  );
  const moment = (hour: string) => new Date(`2030-02-01T${hour}:00Z`);
  expect(rows).toEqual([
    { url: '/hourly', created: moment('01:00') },
    { url: '/nightly', created: moment('03:00') },
  ]);
  await started();
  await clock.advance('1h');
  expect(await started()).toBe(1);
  await applyCronConfig(database.pool, { cron: [] });
});

test('a started dispatcher runs what has come due', async () => {
  const other = new Dispatcher({
    database: database.url,
    targets: { started: handler },
    clock,
  });
  onTestFinished(() => other.stop());
  await queues.createQueue('started', { target: 'started' });
  await queues.queue('started').add({ url: '/started', countdown: 86_400 });
  await other.start();
  expect(paths).not.toContain('/started');
  await clock.advance('1 day');
  await eventually(() => expect(paths).toContain('/started'));
});

test('a worker loses its lease when the clock passes it, and renews it when it does not', async () => {
  const lease = await pullQueue('worked');
  const ending = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const worker = new PullWorker({
    ...{ database: database.pool, queue: 'worked', leaseSeconds: 60, clock },
    handler: () => {
      begun.resolve();
      return ending.promise;
    },
  });
  onTestFinished(() => worker.stop());
  const running = worker.runOnce();
  await begun.promise;
  const leaseUntil = async () => {
    const { rows } = await database.pool.query(`select lease_until from taskqueue.tasks where queue = 'worked'`);
    return rows[0].lease_until.getTime() - clock.now();
  };
  await clock.advance('45s');
  await eventually(async () => expect(await leaseUntil()).toBe(60_000));
  await clock.advance('61s');
  expect(await lease()).toBe(1);
  ending.resolve();
  expect(await running).toEqual({ done: 0, failed: 0, lost: 1 });
});

test.each<[() => Promise<unknown>, string]>([
  [
    () => clock.advance('soon'),
    `the duration must be a number of seconds, or text such as '90s', '1h30m' or '1 day', got "soon"`,
  ],
  [() => clock.advance(-1), 'the duration must be a number of seconds'],
  [() => clock.advance(null as never), `or '1 day', got null`],
  [() => clock.set('tomorrow'), 'the moment must be RFC 3339 with an offset'],
  [
    () => testClock({} as never),
    'database must be a connection string, what testDatabase returned, or a pool, got object',
  ],
])('%s is rejected', async (call, message) => {
  await expect(call()).rejects.toThrow(message);
});
