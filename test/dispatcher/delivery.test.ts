import { beforeAll, describe, expect, test } from 'vitest';
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

/** A queue of its own, and a dispatcher that the test runs pass by pass. */
async function setup(settings: Record<string, unknown> = {}, options = {}) {
  const queue = nextName('delivery');
  await harness.createQueue(queue, settings);
  return { queue, dispatcher: harness.dispatcher(options), target: harness.target, pool: harness.database.pool };
}

async function deadTasks(queue: string) {
  return (await harness.database.pool.query('select * from taskqueue.dead_tasks where queue = $1', [queue])).rows;
}

test('a task is delivered once, with exactly its headers and body', async () => {
  const { queue, dispatcher, target } = await setup();
  await clock.set('2026-11-21 10:00:00.123456+00');
  await harness.add(queue, {
    name: 'order-7',
    url: '/send',
    payload: 'grüße',
    headers: JSON.stringify({ 'X-Order': '7', 'User-Agent': 'shop', 'x-appengine-queuename': 'other' }),
    namespace: 'acme',
    dispatch_deadline: 20,
  });
  expect(await dispatcher.runOnce()).toEqual({
    claimed: 1,
    completed: 1,
    failed: 0,
    dead: 0,
    stale: 0,
    ledElsewhere: [],
  });
  expect(target.requests).toHaveLength(1);
  const [request] = target.requests;
  expect(request).toMatchObject({ method: 'POST', url: '/send', body: Buffer.from('grüße') });
  expect(request?.headers).toEqual({
    host: new URL(target.url).host,
    connection: 'keep-alive',
    'content-length': '7',
    'content-type': 'text/plain; charset=utf-8',
    'accept-encoding': 'identity',
    'user-agent': 'shop AppEngine-Google; (+http://code.google.com/appengine)',
    'x-order': '7',
    'x-appengine-queuename': queue,
    'x-appengine-taskname': 'order-7',
    'x-appengine-taskretrycount': '0',
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-tasketa': `${Date.UTC(2026, 10, 21, 10) / 1000}.123456`,
    'x-appengine-taskdeadline': expect.stringMatching(/^\d{10}$/),
    'x-appengine-current-namespace': 'acme',
    'webhook-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
  });
  const timestamp = Number(request?.headers['webhook-timestamp']);
  expect(Math.abs(timestamp - Date.now() / 1000)).toBeLessThan(60);
  expect(Number(request?.headers['x-appengine-taskdeadline']) - timestamp).toBe(20);
});

test('the recorded run of six attempts: 503, 404, 429, 500, 302, 200', async () => {
  const { queue, dispatcher, target } = await setup();
  target.answer([503, 404, 429, 500, 302, 200]);
  await harness.add(queue, { url: '/six' });
  for (let attempt = 0; attempt < 6; attempt++) {
    await dispatcher.runOnce();
    await clock.advance(3600);
  }
  const received = target.requests.map(({ headers }) => [
    headers['x-appengine-taskretrycount'],
    headers['x-appengine-taskexecutioncount'],
    headers['x-appengine-taskpreviousresponse'],
    headers['x-appengine-taskretryreason'],
  ]);
  expect(received).toEqual([
    ['0', '0', undefined, undefined],
    ['1', '1', '503', 'App Error'],
    ['2', '2', '404', 'App Error'],
    ['3', '3', '429', 'App Error'],
    ['4', '4', '500', 'App Error'],
    ['5', '5', '302', 'App Error'],
  ]);
  expect(new Set(target.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(await harness.tasks(queue)).toEqual([]);
});

test('after a timeout: retry 1, execution 0, previous response 0, Instance Unavailable', async () => {
  const own = new ManualClock();
  const { queue, dispatcher, target } = await setup({}, { clock: own });
  target.answer((_request, count) => (count === 1 ? new Promise(() => {}) : 200));
  await harness.add(queue, { url: '/slow', dispatch_deadline: 15 });
  const first = dispatcher.runOnce();
  await eventually(() => target.requests.length === 1);
  own.advance(15);
  expect(await first).toMatchObject({ claimed: 1, failed: 1 });
  await clock.advance(1);
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  expect(target.requests[1]?.headers).toMatchObject({
    'x-appengine-taskretrycount': '1',
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-taskpreviousresponse': '0',
    'x-appengine-taskretryreason': 'Instance Unavailable',
  });
});

test('success deletes the task; a name becomes a tombstone', async () => {
  const { queue, dispatcher, pool } = await setup();
  await harness.add(queue, { name: 'once', url: '/x' });
  await harness.add(queue, { url: '/y' });
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 2 });
  expect(await harness.tasks(queue)).toEqual([]);
  const { rows } = await pool.query('select name from taskqueue.tombstones where queue = $1', [queue]);
  expect(rows).toEqual([{ name: 'once' }]);
  await expect(harness.add(queue, { name: 'once', url: '/x' })).rejects.toMatchObject({ code: 'TQ011' });
});

test('an unknown target is a failed attempt with that reason; once the target exists, the task is delivered', async () => {
  const { queue, dispatcher, target, pool } = await setup();
  await harness.add(queue, { url: '/x', target: 'billing' });
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 1 });
  expect(target.requests).toHaveLength(0);
  await pool.query(`select taskqueue.set_target('billing', $1)`, [target.url]);
  await clock.advance(1);
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  expect(target.requests[0]?.headers).toMatchObject({
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-taskpreviousresponse': '0',
    'x-appengine-taskretryreason': 'Unknown Target',
  });
});

test("a queue's target takes precedence over a task's, and the dispatcher's own targets over stored ones", async () => {
  const seen: string[] = [];
  const to = (name: string) => () => {
    seen.push(name);
    return new Response();
  };
  const { queue, dispatcher, pool } = await setup(
    { target: 'of-queue' },
    { targets: { 'of-queue': to('queue'), 'of-task': to('task') } },
  );
  await pool.query(`select taskqueue.set_target('of-queue', 'http://127.0.0.1:1')`);
  await harness.add(queue, { url: '/x', target: 'of-task' });
  await dispatcher.runOnce();
  expect(seen).toEqual(['queue']);
});

test('a fetch function as a target receives the same task without a socket', async () => {
  const requests: Request[] = [];
  const app = async (request: Request) => {
    requests.push(request.clone());
    return new Response(null, { status: 204 });
  };
  const { queue, dispatcher } = await setup({}, { targets: { default: app } });
  await harness.add(queue, { url: '/in-process', payload_json: JSON.stringify({ to: 'a@b' }) });
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  expect(await requests[0]?.json()).toEqual({ to: 'a@b' });
  expect(requests[0]?.headers.get('x-appengine-queuename')).toBe(queue);
});

test('a redirect is a failure and not followed', async () => {
  const { queue, dispatcher, target } = await setup();
  target.answer([{ status: 302, headers: { location: `${target.url}/elsewhere` } }]);
  await harness.add(queue, { url: '/moved' });
  expect(await dispatcher.runOnce()).toMatchObject({ failed: 1 });
  expect(target.requests.map(({ url }) => url)).toEqual(['/moved']);
});

test('a zombie whose lease expired and went to another dispatcher settles nothing: its success', async () => {
  const { queue, dispatcher, target, pool } = await setup();
  await harness.add(queue, { name: 'held', url: '/x' });
  target.answer(async (_request, count) => {
    if (count > 1) return 200;
    await clock.advance(700); // the lease has expired
    await pool.query('select * from taskqueue.claim_tasks($1, 10)', [queue]); // and another dispatcher has the task
    return 200;
  });
  expect(await dispatcher.runOnce()).toEqual({
    claimed: 1,
    completed: 0,
    failed: 0,
    dead: 0,
    stale: 1,
    ledElsewhere: [],
  });
  expect(await harness.tasks(queue)).toHaveLength(1);
});

test('… and its failure', async () => {
  const { queue, dispatcher, target, pool } = await setup({ retry: JSON.stringify({ task_retry_limit: 0 }) });
  await harness.add(queue, { url: '/x', retry: JSON.stringify({ task_retry_limit: 5 }) });
  target.answer(async () => {
    await clock.advance(700);
    await pool.query('select * from taskqueue.claim_tasks($1, 10)', [queue]);
    return 500;
  });
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 0, dead: 0, stale: 1 });
  const [task] = await harness.tasks(queue);
  expect(task).toMatchObject({ state: 'dispatched' });
});

test('a task deleted while it runs: its outcome is ignored', async () => {
  const { queue, dispatcher, target, pool } = await setup();
  await harness.add(queue, { name: 'gone', url: '/x' });
  target.answer(async () => {
    await pool.query('select taskqueue.delete_task($1, $2)', [queue, 'gone']);
    return 503;
  });
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, stale: 1 });
  expect(await harness.tasks(queue)).toEqual([]);
});

describe('giving up', () => {
  /** Fails the task at these ages, in seconds since its first attempt; returns the outcome of each attempt. */
  async function failAt(retry: Record<string, number>, ages: number[]): Promise<string[]> {
    const { queue, dispatcher, target } = await setup({
      retry: JSON.stringify({ min_backoff_seconds: 0.001, max_backoff_seconds: 0.001, ...retry }),
    });
    await clock.set('2026-11-21 10:00:00+00');
    const started = await clock.now();
    const at = (age: number) => clock.set(new Date(started.getTime() + age * 1000));
    await harness.add(queue, { name: 'doomed', url: '/x' });
    const outcomes: string[] = [];
    let age = 0;
    target.answer(async () => {
      await at(age);
      return 500;
    });
    for (age of ages) {
      const { failed, dead } = await dispatcher.runOnce();
      outcomes.push(failed ? 'retry' : dead ? 'dead' : 'nothing');
      await at(age + 0.01);
    }
    const dead = await deadTasks(queue);
    if (outcomes.at(-1) === 'dead')
      expect(dead).toMatchObject([{ name: 'doomed', reason: 'App Error', last_status: 500, retry_count: ages.length }]);
    else expect(dead).toEqual([]);
    return outcomes;
  }
  const DAY = 86_400;

  test('a retry limit of 0: one attempt', async () => {
    expect(await failAt({ task_retry_limit: 0 }, [1])).toEqual(['dead']);
  });
  test('a retry limit of 2: three attempts', async () => {
    expect(await failAt({ task_retry_limit: 2 }, [1, 2, 3])).toEqual(['retry', 'retry', 'dead']);
  });
  test('limit 7 and age 2 d: after 8 failures at age 1 h it is retried', async () => {
    const ages = [1, 2, 3, 4, 5, 6, 7, 3600];
    expect((await failAt({ task_retry_limit: 7, task_age_limit: 2 * DAY }, ages)).at(-1)).toBe('retry');
  });
  test('limit 7 and age 2 d: at the 3rd failure with age 3 d it is retried', async () => {
    expect((await failAt({ task_retry_limit: 7, task_age_limit: 2 * DAY }, [1, 2, 3 * DAY])).at(-1)).toBe('retry');
  });
  test('limit 7 and age 2 d: at the 8th failure with age 2 d + 1 s it is dead', async () => {
    const ages = [1, 2, 3, 4, 5, 6, 7, 2 * DAY + 1];
    expect((await failAt({ task_retry_limit: 7, task_age_limit: 2 * DAY }, ages)).at(-1)).toBe('dead');
  });
  test('limit 0 and age 10 s: retried at 3 s, dead at 11 s', async () => {
    expect(await failAt({ task_retry_limit: 0, task_age_limit: 10 }, [3, 11])).toEqual(['retry', 'dead']);
  });
  test('with only an age limit: retried until it is reached', async () => {
    expect(await failAt({ task_age_limit: 10 }, [3, 10, 10.5])).toEqual(['retry', 'retry', 'dead']);
  });
});
