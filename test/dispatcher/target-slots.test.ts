import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;
const RETRY = JSON.stringify({ min_backoff_seconds: 0.01, max_backoff_seconds: 0.01 });

/** A queue to a target with this many concurrent requests, each of which lasts until the test ends it. */
async function setup(maxConcurrent: number) {
  const queue = nextName('places');
  const target = `slow-${queue}`;
  await harness.createQueue(queue, { target, retry: RETRY });
  await sql('select taskqueue.set_target($1, $2, $3)', target, harness.target.url, maxConcurrent);
  const under: { end: (status?: number) => void }[] = [];
  let most = 0;
  harness.target.answer(
    () =>
      new Promise((resolve) => {
        const one = {
          end(status = 200) {
            under.splice(under.indexOf(one), 1);
            resolve(status);
          },
        };
        most = Math.max(most, under.push(one));
      }),
  );
  return { queue, target, under, most: () => most };
}

test('a target of max_concurrent 2 has at most two requests from all queues together, and waiting is no attempt', async () => {
  const { queue, target, under, most } = await setup(2);
  await harness.createQueue(`${queue}-b`, { target });
  await harness.dispatcher().start();
  await harness.addMany(queue, 6);
  await harness.addMany(`${queue}-b`, 2);
  for (let ended = 0; ended < 8; ended++) {
    await eventually(() => under.length === Math.min(2, 8 - ended));
    under[0]?.end();
  }
  await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  expect(most()).toBe(2);
  expect(harness.target.requests.map(({ headers }) => headers['x-appengine-taskretrycount'])).toEqual(
    Array(8).fill('0'),
  );
});

test('with FailFast the attempt fails immediately: 503, Instance Unavailable, retry + 1, same execution count, a throttle signal', async () => {
  const { queue, under } = await setup(1);
  await harness.dispatcher().start();
  await harness.add(queue, { url: '/long' });
  await eventually(() => under.length === 1);
  await harness.add(queue, { url: '/hasty', headers: JSON.stringify({ 'X-AppEngine-FailFast': '1' }) });
  await eventually(async () => {
    const hasty = (await harness.tasks(queue)).find(({ url }) => url === '/hasty');
    expect(hasty).toMatchObject({ last_status: 503 });
  });
  await eventually(async () => {
    const [shown] = await sql('select enforced_rate from taskqueue.queues where name = $1', queue); // recorded once a second
    expect(shown?.enforced_rate).toBeLessThan(500);
  });
  under[0]?.end();
  await eventually(() => harness.target.requests.length === 2);
  const headers = harness.target.requests[1]?.headers ?? {};
  expect(headers).toMatchObject({
    'x-appengine-taskexecutioncount': '0',
    'x-appengine-taskpreviousresponse': '503',
    'x-appengine-taskretryreason': 'Instance Unavailable',
    'x-appengine-failfast': '1',
  });
  expect(Number(headers['x-appengine-taskretrycount'])).toBeGreaterThanOrEqual(1);
  under[0]?.end();
});

test('an empty FailFast header does not count: the task waits', async () => {
  const { queue, under } = await setup(1);
  const dispatcher = harness.dispatcher();
  await dispatcher.start();
  await harness.add(queue, { url: '/long' });
  await eventually(() => under.length === 1);
  await harness.add(queue, { url: '/patient', headers: JSON.stringify({ 'X-AppEngine-FailFast': '' }) });
  under[0]?.end();
  await eventually(() => under.length === 1);
  under[0]?.end();
  await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
  expect(harness.target.requests.map(({ headers }) => headers['x-appengine-taskretrycount'])).toEqual(['0', '0']);
});

test('running now needs no slot', async () => {
  const { queue, under } = await setup(1);
  await harness.dispatcher().start();
  await harness.add(queue, { url: '/long' });
  await eventually(() => under.length === 1);
  const name = await harness.add(queue, { url: '/forced', countdown: 3600 });
  await sql('select taskqueue.run_task($1, $2)', queue, name);
  await eventually(() => under.length === 2);
  for (const one of [...under]) one.end();
});

test('a dispatcher that stops releases waiting tasks, as if they had not been claimed', async () => {
  const { queue, under } = await setup(1);
  const dispatcher = harness.dispatcher();
  await dispatcher.start();
  await harness.addMany(queue, 3);
  await eventually(() => under.length === 1);
  await eventually(async () => {
    const tasks = await harness.tasks(queue);
    expect(tasks.filter(({ state }) => state === 'dispatched')).toHaveLength(3);
  });
  const stopping = dispatcher.stop();
  under[0]?.end();
  await stopping;
  expect((await harness.tasks(queue)).map(({ retry_count }) => retry_count)).toEqual([0, 0]);
});
