// An application may publish all its tables: ours must not stand in the way.

import { expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { rows, value } from '../support/sql.ts';

const db = useDatabase();

test('every table says what a changed row is known by', async () => {
  await db.pool.query('select taskqueue.sweep_attempts()');
  const unknown = await rows(
    db.pool,
    `select c.oid::regclass::text as table from pg_class as c
     where c.relnamespace in ('taskqueue'::regnamespace, 'taskqueue_cron'::regnamespace) and c.relkind in ('r', 'p') and c.relreplident <> 'f'
       and not (c.relreplident = 'd' and exists (select from pg_index as i where i.indrelid = c.oid and i.indisprimary))`,
  );
  expect(unknown).toEqual([]);
  expect(await value(db.pool, `select count(*) from pg_class where relname ~ '^_attempts_2' and relkind = 'r'`)).toBe(
    '3',
  );
});

test('with a publication of all tables, everything that updates or deletes goes on', async () => {
  await db.pool.query(`set client_min_messages = error; create publication everything for all tables`);
  await db.pool.query(`select taskqueue.create_queue('published', retry => '{"task_retry_limit": 0}')`);
  await db.pool.query(`select taskqueue.add('published', url => '/x') from generate_series(1, 3)`);
  await db.pool.query(`select f.* from taskqueue.claim_tasks('published', 1) as c,
    taskqueue.fail_task('published', c.id, c.lease_token, 500, 'App Error', true, false) as f`);
  await db.pool.query(
    `select taskqueue.record_attempts('[{"queue": "published", "name": "t", "attempt": 1, "status": 500, "seconds": 1, "reason": "App Error"}]')`,
  );
  await db.pool.query(
    `insert into taskqueue._statistics select id, now() - interval '2 hours', 1 from taskqueue._queues`,
  );
  await db.pool.query(`insert into taskqueue._statistics select id, now(), 1 from taskqueue._queues`);
  await db.pool.query(
    `insert into taskqueue._hourly_statistics select id, now() - interval '40 days', 1 from taskqueue._queues`,
  );
  await db.pool.query(`select taskqueue.sweep_queue('published')`);
  await db.pool.query(`delete from taskqueue._attempts; update taskqueue._attempts set name = 'x'`);
  await db.pool.query(`select taskqueue.sweep_attempts('0 days')`);
  expect(
    await value(db.pool, `select count(*)::integer from taskqueue._statistics where at < now() - interval '1 hour'`),
  ).toBe(0);
  expect(await value(db.pool, `select taskqueue.purge_queue('published')`)).toBe('2');
  expect(await value(db.pool, `select taskqueue.delete_queue('published')`)).toBe('0');
  while ((await value(db.pool, `select taskqueue.clean_purged('published')`)) !== '0');
});
