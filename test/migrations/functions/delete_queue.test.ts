// Deleting a queue: it answers at once, and what the queue had is removed afterwards.
import { expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();

/** Rows of every kind that belong to a deleted queue. */
const left = () =>
  row(
    db.pool,
    `with gone as (select id from taskqueue._queues where deleted_at is not null)
     select (select count(*)::integer from taskqueue._tasks where queue_id in (select id from gone)) as tasks,
            (select count(*)::integer from taskqueue._dead_tasks where queue_id in (select id from gone)) as dead,
            (select count(*)::integer from taskqueue._names where queue_id in (select id from gone)) as names,
            (select count(*)::integer from taskqueue._deferred_payload where queue_id in (select id from gone)) as payloads`,
  );
const problems = () => rows(db.pool, 'select * from taskqueue.verify()');
const listed = (queue: string) =>
  rows<{ running: boolean; purged: boolean; in_flight: string | null }>(
    db.pool,
    'select running, purged, in_flight from taskqueue.dispatcher_queues() where name = $1',
    [queue],
  );

async function queueOf(name: string, tasks: number): Promise<void> {
  await db.pool.query(`select taskqueue.create_queue($1, rate => '500/s', retry => '{"task_retry_limit": 0}')`, [name]);
  for (let i = 0; i < tasks; i++)
    await db.pool.query(`select taskqueue.add($1, name => $2, payload => 'x', transactional => false)`, [
      name,
      `t-${i}`,
    ]);
  await db.pool.query(
    `insert into taskqueue._deferred_payload (id, task_id, queue_id, created, checked_at, data)
     select gen_random_uuid(), t.id, t.queue_id, now(), now(), 'x' from taskqueue._tasks as t
     join taskqueue._queues as q on q.id = t.queue_id and q.deleted_at is null and q.name = $1 limit 1`,
    [name],
  );
}

test('a deleted queue is gone at once, and cleaned in pieces', async () => {
  await queueOf('gone', 10);
  const [claimed, failed] = await rows<{ id: string; lease_token: string }>(
    db.pool,
    `select id, lease_token from taskqueue.claim_tasks('gone', 2)`,
  );
  await db.pool.query(`select taskqueue.fail_task('gone', $1, $2, 500, 'App Error', true, false)`, [
    failed?.id,
    failed?.lease_token,
  ]);
  await db.pool.query(`select taskqueue.set_limits(tasks => 1000)`);
  expect(await value(db.pool, `select taskqueue.delete_queue('gone')`)).toBe('9');
  expect(await left()).toEqual({ tasks: 9, dead: 1, names: 10, payloads: 1 });

  expect(await rows(db.pool, `select from taskqueue.tasks where queue = 'gone'`)).toEqual([]);
  expect(await rows(db.pool, `select from taskqueue.queues where name = 'gone'`)).toEqual([]);
  expect(await rows(db.pool, `select from taskqueue.claim_tasks('gone', 10)`)).toEqual([]);
  expect(await refusalCode(db.pool.query(`select taskqueue.add('gone')`))).toBe('TQ015');
  expect(await refusalCode(db.pool.query(`select taskqueue.create_queue('gone')`))).toBe('TQ015');
  expect(await problems()).toEqual([]);
  await db.pool.query(`select taskqueue._measure_storage()`);
  expect(
    await row(
      db.pool,
      `select pg_sequence_last_value('taskqueue._storage_bytes') as bytes,
      pg_sequence_last_value('taskqueue._stored_tasks') as tasks`,
    ),
  ).toEqual({ bytes: '0', tasks: '0' });

  // A request in flight ends without a trace.
  expect(
    await value(db.pool, `select outcome from taskqueue.fail_task('gone', $1, $2, 500, 'App Error', true, false)`, [
      claimed?.id,
      claimed?.lease_token,
    ]),
  ).toBe('stale');

  expect(await listed('gone')).toEqual([{ running: false, purged: true, in_flight: null }]);
  expect(await value(db.pool, `select taskqueue.clean_purged('gone', max_tasks => 4)`)).toBe('10');
  expect(await left()).toEqual({ tasks: 4, dead: 0, names: 6, payloads: 0 });
  expect(await problems()).toEqual([]);
  expect(await value(db.pool, `select taskqueue.clean_purged('gone')`)).toBe('10');
  expect(await listed('gone')).toHaveLength(1);
  expect(await value(db.pool, `select taskqueue.clean_purged('gone')`)).toBe('0');
  expect(await left()).toEqual({ tasks: 0, dead: 0, names: 0, payloads: 0 });
  expect(await listed('gone')).toEqual([]);
  expect(await problems()).toEqual([]);
});

test('without a dispatcher the scheduler cleans it', async () => {
  await queueOf('unattended', 3);
  await db.pool.query(`select taskqueue.delete_queue('unattended')`);
  expect(await value(db.pool, `select 'unattended' in (select taskqueue.unattended_queues())`)).toBe(true);
  while ((await value(db.pool, `select taskqueue.maintain_queue('unattended')`)) !== '0');
  expect(await left()).toEqual({ tasks: 0, dead: 0, names: 0, payloads: 0 });
  expect(await value(db.pool, `select 'unattended' in (select taskqueue.unattended_queues())`)).toBe(false);
});

test('a task that was being added meanwhile is cleaned as well', async () => {
  await queueOf('raced', 1);
  const adder = await db.client();
  await adder.query('begin');
  await adder.query(`select taskqueue.add('raced', payload => 'late')`);
  await db.pool.query(`select taskqueue.delete_queue('raced')`);
  await adder.query('commit');
  expect(await problems()).toEqual([]);
  while ((await value(db.pool, `select taskqueue.clean_purged('raced')`)) !== '0');
  expect(await left()).toEqual({ tasks: 0, dead: 0, names: 0, payloads: 0 });
});

test('of a queue that was created again, the deleted one is cleaned, and nothing else', async () => {
  await queueOf('again', 2);
  await db.pool.query(`select taskqueue.delete_queue('again')`);
  await db.pool.query(`update taskqueue._queues set deleted_at = deleted_at - interval '8 days' where name = 'again'`);
  await queueOf('again', 3);
  expect(await listed('again')).toEqual([{ running: true, purged: false, in_flight: '0' }]);
  while ((await value(db.pool, `select taskqueue.clean_purged('again')`)) !== '0');
  expect(await left()).toEqual({ tasks: 0, dead: 0, names: 0, payloads: 0 });
  expect(await rows(db.pool, `select from taskqueue.tasks where queue = 'again'`)).toHaveLength(3);
});
