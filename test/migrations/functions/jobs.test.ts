// Acts on many tasks: chunk by chunk, never more than were confirmed, one row in the audit.

import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let queue = '';
let queues = 0;

beforeEach(async () => {
  queue = `q${++queues}`;
  await db.pool.query(
    `select taskqueue.create_queue($1, rate => '500/s', bucket_size => 500, retry => '{"task_retry_limit": 0}')`,
    [queue],
  );
});

async function add(names: string[], more = ''): Promise<void> {
  for (const name of names)
    await db.pool.query(`select taskqueue.add($1, name => $2, transactional => false ${more})`, [queue, name]);
}
/** Into the tables: a transaction adds five tasks at most. */
async function addMany(prefix: string, many: number): Promise<void> {
  await db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, name)
     select (select least(min(id), 0) from taskqueue._tasks) - n, clock_timestamp() + n * interval '1 ms', clock_timestamp(), q.id, $2 || n
     from taskqueue._queues as q, generate_series(1, $3::integer) as n where q.name = $1`,
    [queue, prefix, many],
  );
  await db.pool.query(
    `insert into taskqueue._names (queue_id, name_hash, task_id, name)
     select t.queue_id, taskqueue._name_hash(t.name), t.id, t.name from taskqueue._tasks as t
     join taskqueue._queues as q on q.id = t.queue_id and q.name = $1 on conflict do nothing`,
    [queue],
  );
}
const create = (act: string, tasks: number, more: { filter?: object; names?: string[] } = {}) =>
  value<string>(db.pool, 'select taskqueue.create_job($1, $2, $3, $4, $5)', [
    queue,
    act,
    tasks,
    more.filter ? JSON.stringify(more.filter) : null,
    more.names ?? null,
  ]);
const advance = (id: string) => row<{ running: boolean }>(db.pool, 'select * from taskqueue.advance_job($1)', [id]);
async function finish(id: string): Promise<number> {
  for (let chunks = 1; ; chunks += 1) if (!(await advance(id)).running) return chunks;
}
const job = (id: string) =>
  row(db.pool, 'select state, done::integer, skipped::integer, problem from taskqueue.jobs where id = $1', [id]);
const live = () => value<number>(db.pool, 'select tasks::integer from taskqueue.count_tasks($1)', [queue]);
const audited = (act: string) =>
  rows(db.pool, `select before, after from taskqueue.audit where act = $1 and object = $2`, [act, `queue ${queue}`]);

test('a job deletes what matches, in chunks of at most 100, with one row in the audit', async () => {
  await addMany('a', 250);
  await addMany('b', 30);
  const id = await create('delete', 250, { filter: { name_prefix: 'a' } });
  expect(await finish(id)).toBe(3);
  expect(await job(id)).toEqual({ state: 'done', done: 250, skipped: 0, problem: null });
  expect(await live()).toBe(30);
  expect(await audited('delete_tasks')).toMatchObject([
    { before: { tasks: 250 }, after: { done: 250, state: 'done' } },
  ]);
  expect(
    await value(
      db.pool,
      `select count(*)::integer from taskqueue.find_tombstones($1, prefix => 'a') where name is not null`,
      [queue],
    ),
  ).toBe(100);
});

test('no more are acted on than were confirmed', async () => {
  await addMany('a', 20);
  const id = await create('delete', 7, { filter: {} });
  await finish(id);
  expect(await job(id)).toMatchObject({ state: 'done', done: 7 });
  expect(await live()).toBe(13);
});

test('names that are gone, and tasks that no longer match, are left alone', async () => {
  await addMany('a', 5);
  const byName = await create('delete', 3, { names: ['a1', 'a2', 'never'] });
  await finish(byName);
  expect(await job(byName)).toMatchObject({ state: 'done', done: 2 });
  const byFilter = await create('delete', 3, { filter: { state: 'scheduled', name_prefix: 'a' } });
  await db.pool.query(`update taskqueue._tasks set due = clock_timestamp() - interval '1 s' where name = 'a3'`);
  await finish(byFilter);
  expect(await value(db.pool, `select count(*)::integer from taskqueue.describe_tasks($1, '{a3}')`, [queue])).toBe(1);
});

test('a task that another session has locked is skipped and not waited for', async () => {
  await addMany('a', 3);
  const other = await db.client();
  await other.query('begin');
  await other.query(`select from taskqueue._tasks where name = 'a2' for update`);
  const id = await create('delete', 3, { filter: {} });
  await finish(id);
  await other.query('rollback');
  expect(await job(id)).toMatchObject({ done: 2, skipped: 1 });
});

test('a cancelled job stops, and is recorded once', async () => {
  await addMany('a', 250);
  const id = await create('delete', 250, { filter: {} });
  await advance(id);
  expect(await value(db.pool, 'select taskqueue.cancel_job($1)', [id])).toBe(true);
  expect(await value(db.pool, 'select taskqueue.cancel_job($1)', [id])).toBe(false);
  expect(await rows(db.pool, 'select * from taskqueue.advance_job($1)', [id])).toEqual([]);
  expect(await job(id)).toMatchObject({ state: 'cancelled', done: 100 });
  expect(await audited('delete_tasks')).toHaveLength(1);
});

test('a job that a server has left is continued by another, and never by two at a time', async () => {
  await addMany('a', 150);
  const id = await create('delete', 150, { filter: {} });
  expect(await rows(db.pool, 'select * from taskqueue.advance_job()')).toEqual([]);
  await db.pool.query(`update taskqueue._jobs set advanced = advanced - interval '6 s' where id = $1`, [id]);
  const dying = await db.client();
  await dying.query('begin');
  await dying.query('select * from taskqueue.advance_job($1)', [id]);
  expect(await rows(db.pool, 'select * from taskqueue.advance_job()')).toEqual([]);
  await dying.query('rollback');
  expect(await rows(db.pool, 'select * from taskqueue.advance_job()')).toEqual([{ job: id, running: true }]);
  await finish(id);
  expect(await job(id)).toMatchObject({ done: 150 });
});

test('a job runs tasks, and none that has been tried since it began', async () => {
  await db.pool.query(`select taskqueue.update_queue($1, retry => '{"min_backoff_seconds": 3600}')`, [queue]);
  await add(['a', 'b'], ', countdown => 600');
  const id = await create('run', 5, { filter: {} });
  await db.pool.query(
    `select taskqueue.record_attempts(jsonb_build_array(jsonb_build_object('queue', $1::text, 'name', 'a', 'attempt', 1,
    'status', 500, 'seconds', 0.1, 'reason', 'App Error')))`,
    [queue],
  );
  await finish(id);
  expect(await job(id)).toMatchObject({ done: 1, skipped: 1 });
  expect(await rows(db.pool, 'select name from taskqueue.claim_forced_tasks($1, 10)', [queue])).toEqual([
    { name: 'b' },
  ]);
});

test('dead tasks are requeued twenty at a time, and deleted', async () => {
  await addMany('a', 50);
  await db.pool.query(`update taskqueue._tasks set due = clock_timestamp() - interval '1 s'`);
  await db.pool.query(
    `select taskqueue.fail_task($1, id, lease_token, 500, 'App Error', true, false) from taskqueue.claim_tasks($1, 50)`,
    [queue],
  );
  const back = await create('requeue', 45);
  expect(await finish(back)).toBe(3);
  expect(await job(back)).toMatchObject({ done: 45, skipped: 0 });
  expect(await live()).toBe(45);
  const gone = await create('delete_dead', 10);
  await finish(gone);
  expect(await job(gone)).toMatchObject({ state: 'done', done: 5 });
  expect(await value(db.pool, 'select taskqueue.count_dead_tasks($1)::integer', [queue])).toBe(0);
  expect(await audited('requeue_tasks')).toHaveLength(1);
});

test('a job fails when its queue is deleted', async () => {
  await addMany('a', 3);
  const id = await create('delete', 3, { filter: {} });
  await db.pool.query('select taskqueue.delete_queue($1)', [queue]);
  await finish(id);
  expect(await job(id)).toMatchObject({ state: 'failed', problem: 'its queue was deleted' });
});

test.each<[string, unknown[]]>([
  ['an unknown act', ['explode', 1, '{}', null]],
  ['no tasks', ['run', 0, '{}', null]],
  ['live tasks without a filter or names', ['delete', 1, null, null]],
  ['a filter and names', ['delete', 1, '{}', ['a']]],
  ['dead tasks with a filter', ['requeue', 1, '{}', null]],
  ['a filter that is none', ['delete', 1, '{"x": 1}', null]],
])('%s: the job is refused', async (_, given) => {
  expect(await refusalCode(db.pool.query('select taskqueue.create_job($1, $2, $3, $4, $5)', [queue, ...given]))).toBe(
    'TQ013',
  );
});
