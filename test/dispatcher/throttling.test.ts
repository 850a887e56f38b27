import { expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

async function aQueue(settings: Record<string, unknown> = {}): Promise<string> {
  const queue = nextName('throttling');
  const retry = JSON.stringify({ min_backoff_seconds: 3600, max_backoff_seconds: 3600 });
  await harness.createQueue(queue, { rate: '100/s', retry, ...settings });
  return queue;
}

const enforced = async (queue: string) =>
  (await sql('select enforced_rate from taskqueue.queues where name = $1', queue))[0]?.enforced_rate;

/** A queue that one 503 has throttled to half of its rate. */
async function aThrottledQueue(): Promise<string> {
  const queue = await aQueue();
  harness.target.answer([503]);
  await harness.add(queue);
  const dispatcher = harness.dispatcher();
  await dispatcher.runOnce();
  await dispatcher.stop();
  return queue;
}

test('a 503 halves the rate of its queue, as the view shows, and of no other queue', async () => {
  const [queue, other] = [await aQueue(), await aQueue()];
  harness.target.answer(({ url }) => (url === '/overloaded' ? 503 : 200));
  await harness.add(queue, { url: '/overloaded' });
  await harness.add(other, { url: '/fine' });
  await harness.dispatcher().runOnce();
  expect([await enforced(queue), await enforced(other)]).toEqual([50, 100]);
});

test('the next leader continues at the enforced rate', async () => {
  const queue = await aThrottledQueue();
  harness.target.answer([503]);
  await harness.add(queue);
  const next = harness.dispatcher();
  await eventually(async () => (await next.runOnce()).claimed === 1); // it begins without tokens
  expect(await enforced(queue)).toBe(25);
});

test('a record of the old rate, written before the leader hears of the new one, is soon corrected', async () => {
  const queue = await aQueue();
  harness.target.answer([503]);
  await harness.add(queue);
  await harness.dispatcher().start();
  await eventually(async () => expect(await enforced(queue)).toBe(50));
  const noted = 'select executed from taskqueue.statistics where queue = $1 and executed > 0';
  await eventually(async () => expect(await sql(noted, queue)).toHaveLength(1)); // the last record without a change
  const client = await harness.database.client();
  await client.query('begin'); // the leader hears of the change when the stale record already exists
  await client.query(`select from taskqueue.update_queue(queue => $1, bucket_size => 7)`, [queue]);
  await client.query(`select taskqueue.record_statistics($1, 1, 50)`, [queue]);
  await client.query('commit');
  await eventually(async () => expect(await enforced(queue)).toBe(100));
});

test('the view shows the rise even without a leader', async () => {
  const queue = await aThrottledQueue();
  await sql(`update taskqueue._queues set rate_since = rate_since - interval '1 minute' where name = $1`, queue);
  await sql(
    `update taskqueue._statistics set at = at - interval '25 s' where queue_id = (select id from taskqueue._queues where name = $1)`,
    queue,
  );
  expect(await enforced(queue)).toBe(70);
});

test('a reconfiguration restores the configured rate, and one that changes nothing does not', async () => {
  const queue = await aThrottledQueue();
  await sql(`select from taskqueue.update_queue(queue => $1, rate => '100/s')`, queue);
  expect(await enforced(queue)).toBe(50);
  await sql('select from taskqueue.update_queue(queue => $1, bucket_size => 7)', queue);
  expect(await enforced(queue)).toBe(100);
});

test('settings that do not pace leave the enforced rate', async () => {
  const queue = await aThrottledQueue();
  const other = `retry => '{"max_doublings": 3}', tombstone_ttl => '1 day'`;
  await sql(`select from taskqueue.update_queue(queue => $1, ${other})`, queue);
  expect(await enforced(queue)).toBe(50);
});

test('resuming does too, but not of a queue that is running', async () => {
  const queue = await aThrottledQueue();
  await sql('select from taskqueue.resume_queue($1)', queue);
  expect(await enforced(queue)).toBe(50);
  await sql('select from taskqueue.pause_queue($1)', queue);
  await sql('select from taskqueue.resume_queue($1)', queue);
  expect(await enforced(queue)).toBe(100);
});

test('a running dispatcher throttles a queue, and a reconfiguration ends it', async () => {
  const queue = await aQueue({ rate: '1/h', bucket_size: 1 });
  harness.target.answer([503]);
  await harness.dispatcher().start();
  await harness.add(queue);
  await eventually(async () => expect(await enforced(queue)).toBeCloseTo(0.5 / 3600, 8));
  await sql(`select from taskqueue.update_queue(queue => $1, rate => '500/s')`, queue);
  await harness.addMany(queue, 20);
  await eventually(() => harness.target.requests.length === 21);
  expect(await enforced(queue)).toBe(500);
});

/** An HTTP task. */
async function addToUrl(queue: string): Promise<string> {
  await sql(`select taskqueue.allow_url('127.0.0.1/32')`);
  return harness.addHttp(queue, { url: `${harness.target.url}/hook` });
}
const secondsUntil = async (queue: string) => {
  const rows = await sql(
    `select extract(epoch from eta - clock_timestamp())::double precision as s from taskqueue.tasks where queue = $1 order by created, eta`,
    queue,
  );
  return rows.map(({ s }) => Math.ceil(s / 5) * 5);
};

test.each([429, 503])(
  '%i with Retry-After of an HTTP task: neither the task nor another goes there before',
  async (status) => {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 1, max_backoff_seconds: 1 }) });
    harness.target.answer([{ status, headers: { 'retry-after': '120' } }]);
    const dispatcher = harness.dispatcher();
    await addToUrl(queue);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, failed: 1 });
    await addToUrl(queue);
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, completed: 0, failed: 0 });
    expect(await secondsUntil(queue)).toEqual([120, 120]);
    expect(harness.target.requests).toHaveLength(1);
    const [, held] = await harness.tasks(queue);
    expect(await enforced(queue)).toBe(50);
    expect(held).toMatchObject({ state: expect.stringMatching(/scheduled|retrying/) });
  },
);

test('the longer of Retry-After and back-off applies', async () => {
  const queue = await aQueue();
  harness.target.answer([{ status: 503, headers: { 'retry-after': '120' } }]);
  await addToUrl(queue);
  await harness.dispatcher().runOnce();
  expect(await secondsUntil(queue)).toEqual([3600]);
});

test('a task that is held back uses no attempt, and running it now does not wait', async () => {
  const queue = await aQueue();
  harness.target.answer([{ status: 503, headers: { 'retry-after': '120' } }]);
  const dispatcher = harness.dispatcher();
  await addToUrl(queue);
  await dispatcher.runOnce();
  const held = await addToUrl(queue);
  await dispatcher.runOnce();
  await sql('select taskqueue.run_task($1, $2)', queue, held);
  expect(await dispatcher.runOnce()).toMatchObject({ claimed: 1, completed: 1 });
  expect(harness.target.requests[1]?.headers).toMatchObject({ 'x-cloudtasks-taskretrycount': '0' });
});

test.each([
  [429, 120, 3600, 120],
  [503, 120, 3600, 120],
  [503, 120, 60, 60],
  [500, 120, 3600, 5],
])(
  '%i with Retry-After %i of a native task, longest back-off %i: its task waits %i s, the queue does not',
  async (status, seconds, longest, waits) => {
    const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 1, max_backoff_seconds: longest }) });
    harness.target.answer([{ status, headers: { 'retry-after': String(seconds) } }]);
    await harness.add(queue);
    const dispatcher = harness.dispatcher();
    await dispatcher.runOnce();
    expect(await secondsUntil(queue)).toEqual([waits]);
    await harness.add(queue);
    expect(await dispatcher.runOnce()).toMatchObject({ completed: 1 });
  },
);

test('Retry-After of an in-process handler counts too', async () => {
  const queue = await aQueue({ retry: JSON.stringify({ min_backoff_seconds: 1 }) });
  await harness.add(queue);
  const handler = () => new Response(null, { status: 503, headers: { 'retry-after': '120' } });
  await harness.dispatcher({ targets: { default: handler } }).runOnce();
  expect(await secondsUntil(queue)).toEqual([120]);
});

test('a target that never answers and an unreachable one hold back only their own queues', async () => {
  const [slow, dead, fine] = [await aQueue(), await aQueue({ target: 'dead' }), await aQueue()];
  harness.target.answer(({ url }) => (url === '/never' ? new Promise(() => {}) : 200));
  const targets = { default: harness.target.url, dead: 'http://127.0.0.1:1' };
  await harness.dispatcher({ targets }).start();
  for (let i = 0; i < 50; i++) await harness.add(slow, { url: '/never' });
  await harness.addMany(dead, 50);
  await eventually(() => harness.target.requests.length >= 50);
  await harness.addMany(fine, 50);
  await eventually(() => expect(harness.target.requests.filter(({ url }) => url !== '/never')).toHaveLength(50));
  expect(await enforced(fine)).toBe(100);
});
