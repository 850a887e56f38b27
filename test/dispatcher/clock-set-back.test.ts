// The database's clock was an hour ahead and is set back: tasks written meanwhile are not stuck for that hour.

import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../src/testing/movable-clock.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { rows, value } from '../support/sql.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let clock: MovableClock;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(harness.database.pool);
});
beforeEach(() => {
  queue = nextName('back');
});
afterEach(() => clock.advance(7_200)); // each test starts later than anything the previous one did to the clock

const sql = (text: string, ...values: unknown[]) => rows(harness.database.pool, text, values);
const lease = async (seconds = 60) =>
  (await sql('select name from taskqueue.lease_tasks($1, $2)', queue, seconds)).map(({ name }) => name);

test('a new dispatcher sends newly added tasks immediately', async () => {
  await harness.createQueue(queue);
  await harness.add(queue, { url: '/before' });
  const first = harness.dispatcher();
  await first.start();
  await eventually(() => harness.target.requests.length === 1);
  await clock.advance(600); // the floor loop raises the floor
  await eventually(async () => {
    await harness.add(queue, { url: '/again' });
    const floor = await value<Date>(
      harness.database.pool,
      'select taskqueue._floor(id) from taskqueue._queues where name = $1',
      [queue],
    );
    expect(floor.getTime()).toBeGreaterThan((await clock.now()).getTime() - 60_000);
  });
  await first.stop({ deadlineSeconds: 5 });
  await clock.advance(-3_600);
  await harness.add(queue, { url: '/after' });
  await harness.dispatcher().start();
  await eventually(() => harness.target.requests.some(({ url }) => url === '/after'));
});

test.each([
  ['before it could be put behind its lease', 0],
  ['put behind its lease', 30],
])('the lease of a pull task does not get longer: %s', async (_where, seconds) => {
  await harness.createQueue(queue, { mode: 'pull', rate: undefined, bucket_size: undefined });
  await harness.add(queue, { name: 'it', payload: 'x' });
  expect(await lease(300)).toEqual(['it']);
  await clock.advance(seconds);
  await sql(
    `select taskqueue._set_floor(id, w.reached) from taskqueue._queues as q, taskqueue._walk_floor(q, taskqueue._now(), 100) as w where name = $1`,
    queue,
  );
  await clock.advance(-3_600);
  await sql('select taskqueue.sweep_queue($1)', queue);
  expect(await lease()).toEqual([]);
  await clock.advance(299);
  await sql('select taskqueue.sweep_queue($1)', queue); // one sweep is enough
  expect(await lease()).toEqual([]);
  await clock.advance(2);
  expect(await lease()).toEqual(['it']);
});

test('without a dispatcher, a lease call repairs it', async () => {
  await harness.createQueue(queue, { mode: 'pull', rate: undefined, bucket_size: undefined });
  await harness.add(queue, { name: 'it', payload: 'x' });
  await harness.add(queue, { name: 'other', payload: 'x' });
  expect(await lease(120)).toEqual(['it']);
  await clock.advance(-3_600);
  await lease(120);
  await clock.advance(121);
  expect(await lease()).toContain('it');
});

test('a worker can extend and finish a lease that it still holds', async () => {
  await harness.createQueue(queue, { mode: 'pull', rate: undefined, bucket_size: undefined });
  await harness.add(queue, { name: 'it', payload: 'x' });
  const [leased] = await sql('select * from taskqueue.lease_tasks($1, 60)', queue);
  await clock.advance(-3_600);
  await sql('select taskqueue.sweep_queue($1)', queue);
  await sql('select taskqueue.modify_task_lease($1, $2, $3, 5400)', queue, 'it', leased?.lease_token);
  const now = (await clock.now()).getTime();
  await sql('select taskqueue.sweep_queue($1)', queue);
  const until = 'select lease_until from taskqueue.describe_task($1, $2)';
  expect((await value<Date>(harness.database.pool, until, [queue, 'it'])).getTime()).toBe(now + 5_400_000);
  expect(await sql('select taskqueue.delete_task($1, $2, $3) as gone', queue, 'it', leased?.lease_token)).toEqual([
    { gone: true },
  ]);
});
