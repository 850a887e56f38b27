// Two sessions, step by step: who waits for whom, who passes by, and what each sees in the end.
import type pg from 'pg';
import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let a: pg.Client;
let b: pg.Client;

beforeEach(async () => {
  [a, b] = await Promise.all([db.client(), db.client()]);
  await db.pool.query(`
    select taskqueue.create_queue('pull', mode => 'pull') where not exists (select from taskqueue.queues where name = 'pull');
    select taskqueue.purge_queue('pull'), taskqueue.purge_queue('default')`);
  await db.pool.query('delete from taskqueue._names');
  return async () => {
    await Promise.all([a.end(), b.end()]);
  };
});

const addPull = (...names: string[]) =>
  db.pool.query(`select * from taskqueue.add_tasks('pull', $1, transactional => false)`, [
    JSON.stringify(names.map((name) => ({ name, payload: name }))),
  ]);
const lease = async (client: pg.Client, max = 1) =>
  (await rows<{ name: string }>(client, `select * from taskqueue.lease_tasks('pull', 60, $1)`, [max])).map(
    (task) => task.name,
  );
/** Waits until the session's statement waits for a lock. */
const blocked = (client: pg.Client) =>
  eventually(async () => {
    const { processID } = client as unknown as { processID: number };
    expect(await value(db.pool, 'select wait_event_type from pg_stat_activity where pid = $1', [processID])).toBe(
      'Lock',
    );
  });

test('two open leases pass each other by: no one waits, no one gets the same', async () => {
  await addPull('one', 'two', 'three');
  await a.query('begin');
  expect(await lease(a, 2)).toEqual(['one', 'two']);
  expect(await lease(b, 2)).toEqual(['three']);
  await a.query('rollback');
  expect(await lease(b, 2)).toEqual(['one', 'two']);
});

test('two open claims pass each other by', async () => {
  await db.pool.query(`select taskqueue.add(), taskqueue.add()`);
  const claim = async (client: pg.Client, max: number) =>
    (await rows(client, `select id from taskqueue.claim_tasks('default', $1)`, [max])).length;
  await a.query('begin');
  expect(await claim(a, 1)).toBe(1);
  expect(await claim(b, 5)).toBe(1);
  await a.query('commit');
  expect(await claim(b, 5)).toBe(0);
});

test('a lease does not wait for a task that is being deleted', async () => {
  await addPull('one', 'two');
  await a.query('begin');
  await a.query(`select taskqueue.delete_task('pull', 'one')`);
  expect(await lease(b, 2)).toEqual(['two']);
  await a.query('rollback');
  expect(await lease(b, 2)).toEqual(['one']);
});

test('a delete waits for an open lease, and then knows its token', async () => {
  await addPull('one');
  const [held] = await rows<{ lease_token: string }>(a, `select * from taskqueue.lease_tasks('pull', 60)`);
  await db.pool.query(`update taskqueue._tasks set leased_until = clock_timestamp()`);
  await a.query('begin');
  expect(await lease(a)).toEqual(['one']); // again, by another worker
  const stale = value(b, `select taskqueue.delete_task('pull', 'one', $1)`, [held?.lease_token]);
  await blocked(b);
  await a.query('commit');
  expect(await stale).toBe(false);
});

test('of two workers that end one lease, one does', async () => {
  await addPull('one');
  const [held] = await rows<{ lease_token: string }>(a, `select * from taskqueue.lease_tasks('pull', 60)`);
  await a.query('begin');
  expect(await value(a, `select taskqueue.delete_task('pull', 'one', $1)`, [held?.lease_token])).toBe(true);
  const second = value(b, `select taskqueue.delete_task('pull', 'one', $1)`, [held?.lease_token]);
  await blocked(b);
  await a.query('commit');
  expect(await second).toBe(false);
});

test('a worker finishes its task in the transaction of its own writes: both or neither', async () => {
  await db.pool.query('create table if not exists reports (task text)');
  await addPull('one');
  const [held] = await rows<{ lease_token: string }>(a, `select * from taskqueue.lease_tasks('pull', 60)`);
  for (const end of ['rollback', 'commit']) {
    await a.query('begin');
    await a.query(`insert into reports values ('one')`);
    expect(await value(a, `select taskqueue.delete_task('pull', 'one', $1)`, [held?.lease_token])).toBe(true);
    await a.query(end);
    expect(await rows(b, 'select * from reports')).toHaveLength(end === 'commit' ? 1 : 0);
    expect(await value(b, `select tasks from taskqueue.queues where name = 'pull'`)).toBe(end === 'commit' ? '0' : '1');
  }
});

test('a pause takes effect on the next claim and waits for no task', async () => {
  await addPull('one', 'two');
  await a.query('begin');
  expect(await lease(a)).toEqual(['one']);
  await b.query(`select taskqueue.pause_queue('pull')`);
  await a.query('commit');
  expect(await refusalCode(lease(a))).toBe('TQ026');
  await b.query(`select taskqueue.resume_queue('pull')`);
  expect(await lease(a)).toEqual(['two']);
});

test('adding waits for nothing: not for open claims, other adds, settings or a purge', async () => {
  await a.query('begin');
  await a.query(`select taskqueue.add()`);
  await a.query(`select taskqueue.claim_tasks('default', 5), taskqueue.purge_queue('default')`);
  await a.query(`select taskqueue.update_queue('default', rate => '6/s')`);
  await b.query(`set lock_timeout = '1ms'`);
  await b.query('select taskqueue.add()');
  await b.query(`select taskqueue.add(name => 'free', transactional => false)`);
  await a.query('rollback');
});

test('a name that is being ended: the racer waits and meets the tombstone', async () => {
  await addPull('one');
  await a.query('begin');
  await a.query(`select taskqueue.delete_task('pull', 'one')`);
  const again = rows(b, `select * from taskqueue.add_tasks('pull', '[{"name": "one", "payload": ""}]', false)`);
  await blocked(b);
  await a.query('commit');
  expect(await again).toMatchObject([{ result: 'tombstoned' }]);
});
