// Notices of dead tasks: the dead row is the outbox.
import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let queue: string;
let ops: string;

beforeEach(async () => {
  queue = nextName('work');
  ops = nextName('ops');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [ops]);
});

const create = (onDead: object, more = '') =>
  db.pool.query(
    `select taskqueue.create_queue($1, mode => 'pull', retry => '{"task_retry_limit": 1}', on_dead => $2 ${more})`,
    [queue, JSON.stringify(onDead)],
  );
const lease = (from: string, max = 100) =>
  rows<{ name: string; payload: Buffer }>(db.pool, 'select name, payload from taskqueue.lease_tasks($1, 0, $2)', [
    from,
    max,
  ]);
/** Adds tasks and has them die: a lease that ends at once is the only one they have. */
async function die(count = 1, from = queue): Promise<void> {
  const tasks = Array.from({ length: count }, () => ({ payload: 'x', tag: 'user-1' }));
  await db.pool.query('select taskqueue.add_tasks($1, $2, transactional => false)', [from, JSON.stringify(tasks)]);
  await lease(from);
  expect(await lease(from)).toEqual([]);
}
const notify = () => value<number | null>(db.pool, 'select taskqueue.notify_deaths()');
const dead = (of = queue) =>
  row<{ name: string; noticed: Date | null; notice_error: string | null }>(
    db.pool,
    'select name, noticed, notice_error from taskqueue.dead_tasks where queue = $1',
    [of],
  );

test('each dead task is noticed once, with its name and its end', async () => {
  await create({ queue: ops });
  await die();
  expect(await notify()).toBe(1);
  expect(await notify()).toBe(0);
  const [notice, ...others] = await lease(ops);
  expect(others).toEqual([]);
  const { name, noticed } = await dead();
  expect(noticed).not.toBeNull();
  expect(JSON.parse(String(notice?.payload))).toMatchObject({ queue, name, reason: 'task_retry_limit', tag: 'user-1' });
});

test('a push queue gets requests to the URL that was given', async () => {
  const push = nextName('push');
  await db.pool.query('select taskqueue.create_queue($1)', [push]);
  await create({ queue: push, url: '/dead' });
  await die();
  await notify();
  expect(await rows(db.pool, 'select url, method from taskqueue.tasks where queue = $1', [push])).toEqual([
    { url: '/dead', method: 'POST' },
  ]);
});

test('many are added together, far more than an application may add', async () => {
  await create({ queue: ops });
  await die(100);
  await die(20);
  expect([await notify(), await notify(), await notify()]).toEqual([100, 20, 0]);
  expect(await lease(ops, 1000)).toHaveLength(120);
});

test('a queue without on_dead is not noticed, and nobody need look for deaths', async () => {
  await db.pool.query(`select taskqueue.update_queue(name, on_dead => '{}') from taskqueue.queues`);
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull', retry => '{"task_retry_limit": 1}')`, [queue]);
  await die();
  expect(await notify()).toBeNull();
  expect(await dead()).toMatchObject({ noticed: null, notice_error: null });
});

test('a notice that dies is not noticed itself', async () => {
  await create({ queue: ops });
  await db.pool.query(`select taskqueue.update_queue($1, retry => '{"task_retry_limit": 1}', on_dead => $2)`, [
    ops,
    JSON.stringify({ queue: ops }),
  ]);
  await die();
  expect(await notify()).toBe(1);
  expect(await lease(ops)).toHaveLength(1);
  expect(await lease(ops)).toEqual([]);
  expect(await dead(ops)).toMatchObject({ noticed: null });
  expect(await notify()).toBe(0);
  await die(1, ops); // any other task there is
  expect(await notify()).toBe(1);
});

test('one that cannot be added says why, and holds up no other', async () => {
  await create({ queue: 'no-such-queue' });
  await die();
  const other = nextName('other');
  await db.pool.query(
    `select taskqueue.create_queue($1, mode => 'pull', retry => '{"task_retry_limit": 1}', on_dead => $2)`,
    [other, JSON.stringify({ queue: ops })],
  );
  await die(1, other);
  expect(await notify()).toBe(2);
  expect(await dead()).toMatchObject({ noticed: null, notice_error: expect.stringContaining('no-such-queue') });
  expect(await lease(ops)).toHaveLength(1);
  expect(await notify()).toBe(0);
});

test('a dead task is kept until it is noticed, whatever its retention', async () => {
  await create({ queue: ops }, `, dead_retention => '0'`);
  await die();
  await db.pool.query('select taskqueue.sweep_queue($1)', [queue]);
  expect(await notify()).toBe(1);
  await db.pool.query('select taskqueue.sweep_queue($1)', [queue]);
  expect(
    await value(
      db.pool,
      'select count(*)::integer from taskqueue._dead_tasks as d, taskqueue._queues as q where q.id = d.queue_id and q.name = $1',
      [queue],
    ),
  ).toBe(0);
});

test('the lease that buries writes no notice and sends no notification: it can be prepared', async () => {
  await create({ queue: ops });
  await db.pool.query(`select taskqueue.add($1, payload => 'x')`, [queue]);
  await lease(queue);
  const client = await db.client();
  await client.query('begin');
  await client.query('select * from taskqueue.lease_tasks($1, 60)', [queue]);
  await client.query(`prepare transaction 'burial'`);
  expect(await notify()).toBe(0);
  await client.query(`commit prepared 'burial'`);
  expect(await notify()).toBe(1);
});
