// Each invariant is broken in turn, in a transaction that is rolled back, and found.
import { beforeAll, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { rows } from '../../support/sql.ts';

const db = useDatabase();
const verify = (session: Pick<typeof db.pool, 'query'> = db.pool) =>
  rows<{ invariant: string; queue: string | null; detail: string }>(
    session as typeof db.pool,
    'select * from taskqueue.verify()',
  );

beforeAll(async () => {
  await db.pool.query(`select taskqueue.create_queue('mail', retry => '{"task_retry_limit": 0}')`);
  await db.pool.query(`select taskqueue.create_queue('pull', mode => 'pull')`);
  const tasks = ['dead', 'done', 'it', 'purged'].map((name) => ({ name }));
  await db.pool.query(`select taskqueue.add_tasks('mail', $1, transactional => false)`, [
    JSON.stringify(tasks.slice(0, 3)),
  ]);
  await db.pool.query(
    `select taskqueue.fail_task('mail', id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks('mail', 1)`,
  );
  await db.pool.query(`select taskqueue.delete_task('mail', 'done')`);
  await db.pool.query(
    `select taskqueue.add_tasks('pull', '[{"name": "purged", "payload": "x"}]', transactional => false)`,
  );
  await db.pool.query(`select taskqueue.purge_queue('pull')`);
  await db.pool.query(`select taskqueue.add('pull', payload => 'leased')`);
  await db.pool.query(`select taskqueue.lease_tasks('pull', 60)`);
});

test('finds nothing where all is well', async () => {
  expect(await verify()).toEqual([]);
});

test('what ends while it looks is no problem, however old its snapshot', async () => {
  await db.pool.query(`select taskqueue.create_queue('busy', mode => 'pull')`);
  await db.pool.query(`select taskqueue.add('busy', payload => 'x')`);
  await db.pool.query(`select taskqueue.create_queue('going')`);
  const client = await db.client();
  // Its statement has its snapshot before the function begins.
  const slow = rows(client as never, 'select v.* from (select pg_sleep(1)) as s, lateral taskqueue.verify() as v');
  await eventually(async () =>
    expect(
      await rows(db.pool, `select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`),
    ).toHaveLength(1),
  );
  await db.pool.query(`select taskqueue.delete_tasks('busy', array_agg(name)) from taskqueue.lease_tasks('busy', 60)`);
  await db.pool.query(`select taskqueue.raise_floor('busy', now())`);
  await db.pool.query(`select taskqueue.delete_queue('going')`);
  expect(await slow).toEqual([]);
  await client.end();
});

test('in a transaction that sees one snapshot it says what it could not check', async () => {
  const client = await db.client();
  const notices: string[] = [];
  client.on('notice', ({ message }) => notices.push(message ?? ''));
  await client.query('begin isolation level repeatable read');
  expect(await verify(client as never)).toEqual([]);
  expect(notices).toEqual([expect.stringContaining('READ COMMITTED')]);
  await client.query('rollback');
});

test.each([
  ['a task belongs to a live queue', `update taskqueue._tasks set queue_id = 4711`],
  ['a task belongs to a live queue', `update taskqueue._queues set deleted_at = now() where name = 'mail'`],
  ['a given name has its task', `delete from taskqueue._tasks where name = 'it'`],
  ['a task has its name', `delete from taskqueue._names where name = 'it'`],
  ['a task has its name', `update taskqueue._names set expires = now(), ended = now() where name = 'it'`],
  ['the floor is below every live task', `update taskqueue._tasks set due = due - interval '1 day' where name = 'it'`],
  [
    'a lease ends within eight days',
    `update taskqueue._tasks set leased_until = now() + interval '9 days' where name is null`,
  ],
  [
    'an id is that of a past transaction',
    `update taskqueue._tasks set id = id + 128000000::bigint * 1000 where name is null`,
  ],
  [
    'a dead task is not alive',
    `insert into taskqueue._dead_tasks select d.* from taskqueue._tasks as t, jsonb_populate_record(null::taskqueue._dead_tasks,
       to_jsonb(t) || jsonb_build_object('died', now(), 'reason', '', 'expires', now() + interval '1 day')) as d where t.name = 'it'`,
  ],
  ['what is kept belongs to a live queue', `insert into taskqueue._forced_runs values (4711, 1, now())`],
  ['a floor has a live queue', `create sequence taskqueue._floor_4711`],
])('finds it when this is broken: %s (%s)', async (invariant, statement) => {
  await db.pool.query(`select taskqueue.raise_floor('mail', now())`);
  const client = await db.client();
  await client.query('begin');
  await client.query(statement);
  const found = await verify(client);
  await client.query('rollback');
  expect(found.map((problem) => problem.invariant)).toContain(invariant);
});
