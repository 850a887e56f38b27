// What operators see of attempts and of dead tasks, after real deliveries.
import { beforeAll, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../src/testing/movable-clock.ts';
import { nextName } from '../support/names.ts';
import { rows } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let clock: MovableClock;
beforeAll(async () => {
  clock = await movableClock(harness.database.pool);
});

async function setup(settings: Record<string, unknown> = {}, options = {}) {
  const queue = nextName('kept');
  await harness.createQueue(queue, settings);
  const dispatcher = harness.dispatcher(options);
  const attempts = () =>
    rows(
      harness.database.pool,
      'select name, attempt, status, reason, error, response from taskqueue.attempts where queue = $1 order by ended, name',
      [queue],
    );
  return { queue, dispatcher, target: harness.target, attempts };
}

test('no attempt is kept of a task that succeeds immediately', async () => {
  const { queue, dispatcher, attempts } = await setup();
  await harness.add(queue, { url: '/x' });
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  expect(await attempts()).toEqual([]);
});

test('failed attempts are kept with their responses, and so is the success after them', async () => {
  const { queue, dispatcher, target, attempts } = await setup();
  target.answer([
    { status: 503, body: 'out of \0paper' },
    { status: 404, body: Buffer.from([0xff, 0x61]) },
    { status: 200, body: 'fine' },
  ]);
  await harness.add(queue, { url: '/x', name: 'printed' });
  for (let attempt = 0; attempt < 3; attempt++) {
    await dispatcher.runOnce();
    await clock.advance(3600);
  }
  const kept = { name: 'printed', error: null };
  expect(await attempts()).toEqual([
    { ...kept, attempt: 1, status: 503, reason: 'App Error', response: 'out of \ufffdpaper' },
    { ...kept, attempt: 2, status: 404, reason: 'App Error', response: '\ufffda' },
    { ...kept, attempt: 3, status: 200, reason: null, response: null },
  ]);
});

test('the first kilobyte of a response is kept, also from an in-process handler', async () => {
  const body = 'x'.repeat(100_000);
  const { queue, dispatcher, target, attempts } = await setup(
    {},
    { targets: { default: harness.target.url, here: () => new Response(body, { status: 500 }) } },
  );
  target.answer(() => ({ status: 500, body }));
  await harness.add(queue, { name: 'a' });
  await harness.add(queue, { name: 'b', target: 'here' });
  await dispatcher.runOnce();
  expect((await attempts()).map(({ response }) => String(response).length)).toEqual([1024, 1024]);
});

test('an attempt without a response has an error instead', async () => {
  const { queue, dispatcher, attempts } = await setup({}, { targets: { default: 'http://127.0.0.1:1' } });
  await harness.add(queue, { name: 'a' });
  await harness.add(queue, { name: 'b', target: 'nowhere' });
  await dispatcher.runOnce();
  expect((await attempts()).sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1))).toMatchObject([
    { status: 0, reason: 'Connection Error', error: expect.stringContaining('ECONNREFUSED'), response: null },
    { status: 0, reason: 'Unknown Target', error: expect.stringContaining('set_target'), response: null },
  ]);
});

test('the response of a host that the task named itself is not kept', async () => {
  const { queue, dispatcher, target, attempts } = await setup();
  await harness.database.pool.query(`select taskqueue.allow_url('127.0.0.1')`);
  target.answer([{ status: 500, body: 'a secret of that host' }]);
  await harness.add(queue, { url: `${target.url}/x` });
  await dispatcher.runOnce();
  expect(await attempts()).toMatchObject([{ status: 500, response: null }]);
  await harness.database.pool.query(`select taskqueue.disallow_url('127.0.0.1')`);
});

test('failures of several queues are settled together, each with its own outcome', async () => {
  const { queue, dispatcher, target, attempts } = await setup();
  const fatal = await setup({ retry: JSON.stringify({ task_retry_limit: 0 }) });
  target.answer(() => 500);
  await harness.addMany(queue, 40);
  await harness.addMany(fatal.queue, 30);
  expect(await dispatcher.runOnce()).toEqual({
    claimed: 70,
    completed: 0,
    failed: 40,
    dead: 30,
    stale: 0,
    ledElsewhere: [],
  });
  expect([(await attempts()).length, (await fatal.attempts()).length]).toEqual([40, 30]);
});

test('a failed task whose row is locked does not hold up other queues', async () => {
  const { queue, dispatcher, target } = await setup();
  const other = await setup();
  const holder = await harness.database.client();
  await harness.add(queue, { name: 'held' });
  await harness.add(other.queue, { name: 'free' });
  target.answer(async (_request, count) => {
    if (count === 1) await holder.query(`begin; select from taskqueue._tasks where name = 'held' for update`);
    return 500;
  });
  const pass = dispatcher.runOnce();
  const state = async () => (await harness.tasks(other.queue))[0]?.state;
  await expect.poll(state).toBe('retrying');
  await holder.query('rollback');
  expect(await pass).toMatchObject({ failed: 2 });
});

test('a dead task shows its reason, and a requeued one gets all its retries', async () => {
  const { queue, dispatcher, target } = await setup({ retry: JSON.stringify({ task_retry_limit: 0 }) });
  target.answer([{ status: 422, body: 'no such order' }]);
  await harness.add(queue, { url: '/x', name: 'order-7' });
  expect(await dispatcher.runOnce()).toMatchObject({ dead: 1 });
  const dead = () =>
    rows(
      harness.database.pool,
      'select name, reason, last_status, retry_count, error, response from taskqueue.dead_tasks where queue = $1',
      [queue],
    );
  expect(await dead()).toEqual([
    { name: 'order-7', reason: 'App Error', last_status: 422, retry_count: 1, error: null, response: 'no such order' },
  ]);
  await harness.database.pool.query('select taskqueue.requeue_tasks($1)', [queue]);
  expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  expect(target.requests[1]?.headers).toMatchObject({
    'x-appengine-taskname': 'order-7',
    'x-appengine-taskretrycount': '0',
  });
  expect(await dead()).toEqual([]);
});

test.each(['claimed', 'run by hand'])(
  'a permanent failure of a task that was %s goes to the dead tasks',
  async (how) => {
    const { queue, dispatcher, target, attempts } = await setup();
    target.answer([{ status: 200, headers: { 'taskqueue-permanent-failure': '1' }, body: 'NoSuchOrder: 7' }]);
    await harness.add(queue, { name: 'order-7' });
    if (how !== 'claimed') await harness.database.pool.query(`select taskqueue.run_task($1, 'order-7')`, [queue]);
    expect(await dispatcher.runOnce()).toMatchObject({ completed: 0, failed: 0, dead: 1 });
    const failed = { name: 'order-7', reason: 'Permanent Failure', error: null, response: 'NoSuchOrder: 7' };
    expect(await attempts()).toEqual([{ ...failed, attempt: 1, status: 200 }]);
    const dead = await rows(
      harness.database.pool,
      'select name, reason, error, response, last_status from taskqueue.dead_tasks where queue = $1',
      [queue],
    );
    expect(dead).toEqual([{ ...failed, last_status: 200 }]);
    const why = await rows<{ detail: string }>(
      harness.database.pool,
      `select detail from taskqueue.explain_task($1, 'order-7')`,
      [queue],
    );
    expect(why.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^It failed for good at /),
      expect.stringMatching(
        /^Attempt 1 failed at .* \(Permanent Failure\): NoSuchOrder: 7; dispatcher .* called http:/,
      ),
    ]);
  },
);

test('words of a handler in this process, and of the HTML of a framework', async () => {
  const fails = () => Promise.reject(new RangeError('550 no such user'));
  const { queue, dispatcher, target, attempts } = await setup(
    {},
    { targets: { default: harness.target.url, here: fails } },
  );
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  target.answer(() => ({ status: 500, headers, body: '<!DOCTYPE html>\n<title>Error</title><pre>550</pre>' }));
  await harness.add(queue, { name: 'a' });
  await harness.add(queue, { name: 'b', target: 'here' });
  await dispatcher.runOnce();
  const responses = (await attempts()).map(({ response }) => response).sort();
  expect(responses).toEqual(['Error 550', 'RangeError: 550 no such user']);
});

test('a dead task is swept after seven days', async () => {
  const { queue, dispatcher, target } = await setup({ retry: JSON.stringify({ task_retry_limit: 0 }) });
  target.answer([500]);
  await harness.add(queue, { name: 'forgotten' });
  await dispatcher.runOnce();
  const left = async () => [
    (await rows(harness.database.pool, 'select from taskqueue.dead_tasks where queue = $1', [queue])).length,
    (await rows(harness.database.pool, `select from taskqueue._dead_tasks where name = 'forgotten'`)).length,
  ];
  await clock.advance(604_700);
  expect(await left()).toEqual([1, 1]);
  await clock.advance(200);
  expect(await left()).toEqual([0, 1]);
  await harness.database.pool.query('select taskqueue.sweep_queue($1)', [queue]);
  expect(await left()).toEqual([0, 0]);
});
