import { beforeAll, describe, expect, test } from 'vitest';
import { drain } from '../../src/testing/drain.ts';
import { ManualClock } from '../../src/testing/manual-clock.ts';
import { type MovableClock, movableClock } from '../../src/testing/movable-clock.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let clock: MovableClock;

beforeAll(async () => {
  clock = await movableClock(harness.database.pool);
});

const aQueue = async (settings: Record<string, unknown> = {}) => {
  const queue = nextName('pacing');
  await harness.createQueue(queue, settings);
  return queue;
};

describe('the token bucket, through the database', () => {
  /** How many tasks were dispatched at each of these seconds. */
  async function dispatchedBy(rate: string, bucket_size: number, tasks: number, seconds: number[]): Promise<number[]> {
    const queue = await aQueue({ rate, bucket_size });
    const own = new ManualClock();
    const dispatcher = harness.dispatcher({ clock: own });
    await harness.addMany(queue, tasks);
    const counts: number[] = [];
    let now = 0;
    for (const second of seconds) {
      own.advance(second - now);
      now = second;
      await drain(dispatcher);
      counts.push(harness.target.requests.length);
    }
    return counts;
  }

  test('1/s, bucket 5, 8 tasks: 0 ×5, then 1, 2, 3', async () => {
    expect(await dispatchedBy('1/s', 5, 8, [0, 0.999, 1, 2, 3, 60])).toEqual([5, 5, 6, 7, 8, 8]);
  });
  test('10/m, bucket 1, 3 tasks: 0, 6, 12', async () => {
    expect(await dispatchedBy('10/m', 1, 3, [0, 5.999, 6, 12])).toEqual([1, 1, 2, 3]);
  });
  test('0.2/h, bucket 1, 2 tasks: 0, 18000', async () => {
    expect(await dispatchedBy('0.2/h', 1, 2, [0, 17_999, 18_000])).toEqual([1, 1, 2]);
  });
  test('2000/d, bucket 1, 2 tasks: 0, 43.2', async () => {
    expect(await dispatchedBy('2000/d', 1, 2, [0, 43.199, 43.2])).toEqual([1, 1, 2]);
  });
  test('500/s, bucket 5, 10 tasks: 0 ×5, then every 2 ms', async () => {
    const seconds = [0, 0.002, 0.004, 0.006, 0.008, 0.01];
    expect(await dispatchedBy('500/s', 5, 10, seconds)).toEqual([5, 6, 7, 8, 9, 10]);
  });
});

test.each([{ rate: '0' }, { rate: '0/s' }, { bucket_size: 0 }])('%j: nothing is dispatched', async (settings) => {
  const queue = await aQueue(settings);
  await harness.addMany(queue, 3);
  expect(await harness.dispatcher().runOnce()).toMatchObject({ claimed: 0 });
});

describe('back-off: the delays before the first, second, … retry', () => {
  type Vector = [name: string, min: number, max: number, doublings: number, delays: number[]];
  const V2 = Array.from({ length: 21 }, (_, i) => Math.min(200, 10 * (i + 1)));
  const V5 = [
    0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6, 819.2, 1638.4, 3276.8, 3600, 3600,
  ];
  const vectors: Vector[] = [
    ['V1', 10, 300, 3, [10, 20, 40, 80, 160, 240, 300, 300]],
    ['V2', 10, 200, 0, V2],
    ['V3', 10, 200, 2, [10, 20, 40, 80, 120, 160, 200, 200]],
    ['V4', 10, 200, 3, [10, 20, 40, 80, 160, 200, 200]],
    ['V5', 0.1, 3600, 16, V5],
    ['V6', 0.1, 2, 16, [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]],
    ['V7', 0.1, 3600, 3, [0.1, 0.2, 0.4, 0.8, 1.6, 2.4, 3.2, 4]],
    ['V8', 1, 5, 1, [1, 2, 4, 5, 5]],
    ['V9', 30, 30, 16, [30, 30, 30]],
    ['V10', 1, 10, 5, [1, 2, 4, 8, 10, 10]],
    ['V11', 0.1, 3600, 0, [0.1, 0.2, 0.3, 0.4]],
  ];
  const MICROSECOND = 0.000_001;

  test.each(vectors)('%s: min %d, max %d, %d doublings', async (_name, min, max, max_doublings, delays) => {
    const retry = { min_backoff_seconds: min, max_backoff_seconds: max, max_doublings };
    const queue = await aQueue({ retry: JSON.stringify(retry) });
    const dispatcher = harness.dispatcher({ clock: new ManualClock() });
    harness.target.answer(() => 500);
    await harness.add(queue, { url: '/fails' });
    await dispatcher.runOnce();
    for (const delay of delays) {
      await clock.advance(delay - MICROSECOND);
      expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
      await clock.advance(MICROSECOND);
      expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 1 });
    }
  });

  test('the handler receives the ETA of its attempt', async () => {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 10, max_backoff_seconds: 10 }) });
    const dispatcher = harness.dispatcher();
    harness.target.answer([500]);
    await clock.set('2026-11-21 10:00:00.000001+00');
    await harness.add(queue, { url: '/fails' });
    await dispatcher.runOnce();
    await clock.advance(60);
    await dispatcher.runOnce();
    const start = Date.UTC(2026, 10, 21, 10) / 1000;
    const etas = harness.target.requests.map(({ headers }) => headers['x-appengine-tasketa']);
    expect(etas).toEqual([`${start}.000001`, `${start + 10}.000001`]);
  });
});

test('never more than max_concurrent_requests await a response', async () => {
  const queue = await aQueue({ max_concurrent_requests: 2 });
  const finish: (() => void)[] = [];
  let most = 0;
  harness.target.answer(
    () =>
      new Promise((resolve) => {
        finish.push(() => resolve(200));
        most = Math.max(most, finish.length);
      }),
  );
  await harness.addMany(queue, 6);
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  for (let answered = 0; answered < 6; answered++) {
    await eventually(() => finish.length === Math.min(2, 6 - answered));
    finish.shift()?.();
  }
  await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  expect(most).toBe(2);
});

test('an unannounced task is found by the poll; an announced one does not wait for it', async () => {
  const queue = await aQueue();
  await harness.dispatcher({ pollSeconds: 0.2 }).start();
  await harness.add(queue, { url: '/silent', transactional: true, wake: false });
  await eventually(() => harness.target.requests.length === 1);
  const patient = await aQueue();
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  await harness.add(patient, { url: '/announced' });
  await eventually(() => harness.target.requests.length === 2);
});

test('a prepared transaction does not notify, and a sleeping dispatcher still finds its task', async ({ skip }) => {
  const queue = await aQueue();
  await harness.dispatcher({ pollSeconds: 0.2 }).start();
  const client = await harness.database.client();
  const prepared = await client.query('show max_prepared_transactions');
  if (prepared.rows[0].max_prepared_transactions === '0') skip('max_prepared_transactions is 0');
  await client.query('begin');
  await client.query(`select * from taskqueue.add(queue => $1, url => '/prepared', wake => false)`, [queue]);
  await client.query(`prepare transaction 'pacing'`);
  await client.query(`commit prepared 'pacing'`);
  await eventually(() => harness.target.requests.length === 1);
});

describe('pausing and running now', () => {
  const sql = (text: string, ...values: unknown[]) => harness.database.pool.query(text, values);

  test('a paused queue dispatches nothing; once resumed, everything overdue is sent', async () => {
    const queue = await aQueue();
    const dispatcher = harness.dispatcher();
    await sql(`select * from taskqueue.pause_queue($1, 'deploy', null)`, queue);
    await harness.addMany(queue, 3);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
    await sql('select * from taskqueue.resume_queue($1)', queue);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 3, completed: 3 });
  });

  test('running now works on a paused queue, without a token and before the ETA, and does not count as an attempt', async () => {
    const queue = await aQueue({ rate: '1/h', bucket_size: 1, retry: JSON.stringify({ task_retry_limit: 0 }) });
    const dispatcher = harness.dispatcher({ clock: new ManualClock() });
    harness.target.answer([500, 500]);
    await sql(`select * from taskqueue.pause_queue($1, 'deploy', null)`, queue);
    const name = await harness.add(queue, { url: '/now', countdown: 86_400 });
    for (const outcome of ['failed', 'failed', 'completed']) {
      expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
      await sql('select taskqueue.run_task($1, $2)', queue, name);
      expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, [outcome]: 1 });
    }
    const counts = harness.target.requests.map(({ headers }) => headers['x-appengine-taskretrycount']);
    expect(counts).toEqual(['0', '0', '0']);
  });

  test('running now needs no slot among the concurrent requests', async () => {
    const queue = await aQueue({ max_concurrent_requests: 1 });
    const finish: (() => void)[] = [];
    harness.target.answer(() => new Promise((resolve) => finish.push(() => resolve(200))));
    await harness.dispatcher().start();
    await harness.add(queue, { url: '/first' });
    await eventually(() => finish.length === 1);
    const forced = await harness.add(queue, { url: '/forced' });
    await sql('select taskqueue.run_task($1, $2)', queue, forced);
    await eventually(() => finish.length === 2);
    expect(harness.target.requests[1]?.url).toBe('/forced');
    for (const end of finish) end();
    await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  });

  test('a forced run that fails is retried after the current back-off, counted from then', async () => {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 10 }) });
    const dispatcher = harness.dispatcher({ clock: new ManualClock() });
    harness.target.answer(() => 500);
    const name = await harness.add(queue, { countdown: 86_400 });
    await sql('select taskqueue.run_task($1, $2)', queue, name);
    await dispatcher.runOnce();
    await clock.advance(9.999_999);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
    await clock.advance(0.000_001);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 1 });
  });

  test('running a task that is already running does nothing', async () => {
    const queue = await aQueue();
    const name = await harness.add(queue, { url: '/runs' });
    harness.target.answer(async () => {
      const { rows } = await sql('select taskqueue.run_task($1, $2) as asked', queue, name);
      return rows[0].asked === false ? 200 : 500;
    });
    expect(await harness.dispatcher().runOnce()).toMatchObject({ claimed: 1, completed: 1 });
  });

  test.each([200, 500])('a task whose queue is paused while it runs ends as usual (%i)', async (status) => {
    const queue = await aQueue();
    await harness.add(queue, { url: '/runs' });
    harness.target.answer(async () => {
      await sql('select taskqueue.pause_queue($1)', queue);
      return status;
    });
    const ended = status === 200 ? { completed: 1 } : { failed: 1 };
    expect(await harness.dispatcher().runOnce()).toMatchObject({ claimed: 1, ...ended });
  });

  test.each([200, 500])('a task that is purged while it runs: its outcome (%i) is ignored', async (status) => {
    const queue = await aQueue();
    await harness.add(queue, { url: '/runs' });
    harness.target.answer(async () => {
      await sql('select taskqueue.purge_queue($1)', queue);
      return status;
    });
    await harness.dispatcher().runOnce();
    expect(harness.target.requests).toHaveLength(1);
    expect(await harness.tasks(queue)).toEqual([]);
  });

  test('pausing, resuming, running now and new limits reach a dispatcher immediately', async () => {
    const queue = await aQueue({ rate: '1/h', bucket_size: 1 });
    await harness.dispatcher({ pollSeconds: 3600 }).start();
    await harness.addMany(queue, 1);
    await eventually(() => harness.target.requests.length === 1);
    await sql(`select * from taskqueue.pause_queue($1, 'deploy', null)`, queue);
    const name = await harness.add(queue, { url: '/forced' });
    await sql('select taskqueue.run_task($1, $2)', queue, name);
    await eventually(() => harness.target.requests.length === 2);
    await harness.addMany(queue, 5);
    await sql('select * from taskqueue.resume_queue($1)', queue);
    await sql(`select * from taskqueue.update_queue(queue => $1, rate => '500/s')`, queue);
    await eventually(() => harness.target.requests.length === 7);
  });
});
