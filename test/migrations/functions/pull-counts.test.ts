// What the calls of workers leave in the statistics of a pull queue.
import { beforeAll, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { row, rows } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
beforeAll(async () => {
  clock = await movableClock(db.pool);
  await clock.set('2030-01-01 00:00:00Z');
});

async function aQueue(tasks: number, retry = '{}'): Promise<string> {
  const queue = nextName('pull');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull', retry => $2)`, [queue, retry]);
  await db.pool.query(
    `select from taskqueue.add_tasks($1, (select jsonb_agg('{"payload": "x"}'::jsonb) from generate_series(1, $2::integer)), transactional => false)`,
    [queue, tasks],
  );
  return queue;
}

const lease = (queue: string, tasks: number, seconds = 60) =>
  rows<{ name: string; lease_token: string }>(
    db.pool,
    `select name, lease_token from taskqueue.lease_tasks($1, $2, $3)`,
    [queue, seconds, tasks],
  );

const counts = (queue: string) =>
  row(
    db.pool,
    `select sum(executed)::integer as leased, sum(succeeded)::integer as deleted, sum(released)::integer as released,
            sum(expired)::integer as expired, sum(dead)::integer as dead, count(*)::integer as rows
     from taskqueue._statistics where queue_id = (select id from taskqueue._queues where name = $1)`,
    [queue],
  );

test('leases, deletions and releases are counted once a call', async () => {
  const queue = await aQueue(10);
  const leased = await lease(queue, 10);
  const [first, ...others] = leased as [(typeof leased)[0], ...typeof leased];
  await db.pool.query('select taskqueue.delete_task($1, $2, $3)', [queue, first.name, first.lease_token]);
  await db.pool.query('select taskqueue.delete_task($1, $2, $3)', [queue, first.name, first.lease_token]); // it is gone
  const part = (from: number, to: number) => [
    others.slice(from, to).map(({ name }) => name),
    others.slice(from, to).map(({ lease_token }) => lease_token),
  ];
  await db.pool.query('select from taskqueue.delete_tasks($1, $2, $3)', [queue, ...part(0, 4)]);
  await db.pool.query(`select from taskqueue.modify_task_leases($1, $2, $3, '{0,0,60}')`, [queue, ...part(4, 7)]);
  const { name, lease_token } = others[7] as (typeof others)[0];
  await db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, 0)', [queue, name, lease_token]);
  expect(await counts(queue)).toEqual({ leased: 10, deleted: 5, released: 3, expired: null, dead: null, rows: 5 });
  expect(
    await row(
      db.pool,
      'select succeeded_last_minute, failed_last_minute, condition from taskqueue.queues where name = $1',
      [queue],
    ),
  ).toEqual({ succeeded_last_minute: '5', failed_last_minute: '0', condition: 'running' });
});

test.each([1, 60])('a lease of %i s that expires is counted when the task is found, once', async (seconds) => {
  await clock.set('2030-01-02 00:00:00Z');
  const queue = await aQueue(3);
  await lease(queue, 3, seconds);
  await clock.set('2030-01-02 00:01:00.1Z');
  await lease(queue, 2);
  await lease(queue, 1);
  expect(await counts(queue)).toMatchObject({ leased: 6, expired: 3 });
  expect(
    await row(db.pool, 'select failed_last_minute, condition from taskqueue.queues where name = $1', [queue]),
  ).toEqual({ failed_last_minute: '3', condition: 'failing' });
});

test('a released task is not an expired one', async () => {
  const queue = await aQueue(1);
  const [{ name, lease_token }] = (await lease(queue, 1)) as [{ name: string; lease_token: string }];
  await db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, 0)', [queue, name, lease_token]);
  await lease(queue, 1);
  expect(await counts(queue)).toMatchObject({ leased: 2, released: 1, expired: null });
});

test('a task that has used up its leases is dead', async () => {
  const queue = await aQueue(1, '{"task_retry_limit": 0}');
  await lease(queue, 1, 0);
  await lease(queue, 1, 0);
  expect(await counts(queue)).toMatchObject({ dead: 1 });
});

test('a session that deletes often writes ten rows a second, and then the sums', async () => {
  await clock.set('2030-01-03 00:00:00Z');
  const queue = await aQueue(100);
  const leased = await lease(queue, 100);
  const worker = await db.client();
  const remove = async (from: number, to: number) => {
    for (const { name, lease_token } of leased.slice(from, to))
      await worker.query('select taskqueue.delete_task($1, $2, $3)', [queue, name, lease_token]);
  };
  await remove(0, 10);
  expect(await counts(queue)).toMatchObject({ deleted: 10, rows: 11 });
  await remove(10, 41);
  expect(await counts(queue)).toMatchObject({ deleted: 10, rows: 11 });
  await remove(41, 42);
  expect(await counts(queue)).toMatchObject({ deleted: 42, rows: 12 });
  await remove(42, 43);
  await clock.set('2030-01-03 00:00:01Z');
  await remove(43, 44);
  expect(await counts(queue)).toMatchObject({ deleted: 44, rows: 13 });
});

test.each(['x', '{}', '{1,1,1}', '{-1,0,0,99}', '{1,1,1,1000}'])(
  'a session that has set %s counts',
  async (setting) => {
    const queue = await aQueue(1);
    const worker = await db.client();
    await worker.query(`select set_config('taskqueue.deletions', $1, false)`, [setting]);
    const [{ name, lease_token }] = (await lease(queue, 1)) as [{ name: string; lease_token: string }];
    await worker.query('select taskqueue.delete_task($1, $2, $3)', [queue, name, lease_token]);
    expect(await counts(queue)).toMatchObject({ deleted: 1 });
  },
);
