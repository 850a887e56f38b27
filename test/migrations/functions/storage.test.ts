// total_storage_limit: what may be added while the tasks of all queues take as much as they may.
import { beforeEach, expect, test } from 'vitest';
import { StorageLimitExceededError } from '../../../src/domain/errors.ts';
import { addTask } from '../../../src/store/tasks.ts';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, row, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
beforeEach(async () => {
  clock = await movableClock(db.pool);
  await db.pool.query(
    'delete from taskqueue._tasks; delete from taskqueue._names; update taskqueue._queues set purged = null, purged_at = null',
  );
  await limit(null);
});

const limit = (size: string | null) =>
  db.pool.query('select taskqueue.apply_queues($1)', [
    JSON.stringify({ total_storage_limit: size, queue: [{ name: 'default', rate: '5/s' }] }),
  ]);
const storage = () =>
  row(db.pool, `select value, bytes, used, measured from taskqueue.settings where name = 'total_storage_limit'`);
const body = 'x'.repeat(10_000);
const add = () => db.pool.query('select taskqueue.add(payload => $1)', [body]);

test('adds are refused in every way there is once the tasks take as much, and go on once they take less', async () => {
  await limit('25K');
  for (let count = 0; count < 3; count++) await add();
  await clock.advance(11); // the last measure is ten seconds old by now
  const refused = await refusal(add());
  expect(refused).toMatchObject({
    code: 'TQ013',
    message: 'total_storage_limit exceeded: tasks must take at most 25600 bytes, and take 30384',
  });
  expect(JSON.parse(refused.detail ?? '')).toEqual({
    reason: 'total_storage_limit exceeded',
    limit: 25_600,
    used: 30_384,
  });
  for (const call of [
    `taskqueue.add(payload => 'x', countdown => 1)`,
    `taskqueue.add(payload => 'x', transactional => false)`,
    `taskqueue.add(name => 'named', payload => 'x', transactional => false)`,
    `taskqueue.add_tasks('default', '[{"payload": "x"}]')`,
    `taskqueue.add_tasks('default', '[{"payload": "x"}]', transactional => false)`,
    `taskqueue.add_tasks('default', '[{"name": "x"}]', transactional => false)`,
  ]) {
    expect(await refusalCode(db.pool.query(`select ${call}`)), call).toBe('TQ013');
  }
  await db.pool.query(`delete from taskqueue._tasks where id = (select min(id) from taskqueue._tasks)`);
  await clock.advance(11);
  await add();
});

test('TypeScript throws a class of its own', async () => {
  await limit('0');
  const thrown = await addTask(db.pool, 'default', { payload: 'x' }).catch((error) => error);
  expect(thrown).toBeInstanceOf(StorageLimitExceededError);
  expect(thrown).toMatchObject({
    code: 13,
    sqlState: 'TQ013',
    name: 'StorageLimitExceededError',
    detail: { limit: 0 },
  });
});

test('it measures every ten seconds at most, and may do so in an add that is alone in its transaction', async () => {
  await limit('1G');
  expect(await storage()).toMatchObject({ value: '1G', bytes: '1073741824', used: '0' });
  await db.pool.query(`select taskqueue.add(payload => 'x', transactional => false)`);
  await clock.advance(9);
  await add();
  expect(await storage()).toMatchObject({ used: '0' });
  await clock.advance(2);
  await db.pool.query(`select taskqueue.add(payload => 'x', transactional => false)`);
  expect(await storage()).toMatchObject({ used: String(128 + 1 + 128 + 10_000), measured: await clock.now() });
});

test('what is measured stays known when the add is rolled back', async () => {
  await limit('1G');
  await add();
  await clock.advance(11);
  const client = await db.client();
  await client.query('begin');
  await client.query(`select taskqueue.add(payload => 'x')`);
  await client.query('rollback');
  expect(await storage()).toMatchObject({ used: '10128' });
});

test('queues that are made later have the limit, too, and lose it with the others', async () => {
  await limit('0');
  await db.pool.query(`select taskqueue.create_queue('later', mode => 'pull')`);
  const addLater = () => db.pool.query(`select taskqueue.add('later', payload => 'x')`);
  expect(await refusalCode(addLater())).toBe('TQ013');
  await limit(null);
  await addLater();
  expect(await rows(db.pool, 'select * from taskqueue.settings')).toEqual([]);
});

test('a dry run with a limit limits nothing', async () => {
  await db.pool.query(`select taskqueue.apply_queues('{"total_storage_limit": "0"}', dry_run => true)`);
  await add();
});

test('purged tasks do not count, though no dispatcher takes them away', async () => {
  await limit('25K');
  for (let count = 0; count < 3; count++) await add();
  await db.pool.query(`select taskqueue.create_queue('other', mode => 'pull')`);
  await db.pool.query(`select taskqueue.add('other', payload => 'x')`);
  await clock.advance(11);
  expect(await refusalCode(add())).toBe('TQ013');
  await db.pool.query(`select taskqueue.purge_queue('default')`);
  await clock.advance(11);
  await add();
  expect(await storage()).toMatchObject({ used: '129' });
  await clock.advance(11);
  await add();
  expect(await storage()).toMatchObject({ used: String(129 + 10_128) });
});

test('nor do deferred calls of purged tasks; those of dead ones do', async () => {
  const keep = async (ends: 'dies' | 'is purged') => {
    const [task] = await rows<{ name: string }>(db.pool, `select name from taskqueue.add(url => '/deferred')`);
    await db.pool.query(
      `insert into taskqueue._deferred_payload (id, queue_id, task_id, data, created, checked_at)
       select gen_random_uuid(), t.queue_id, t.id, convert_to($1, 'UTF8'), taskqueue._now(), taskqueue._now() from taskqueue._tasks as t
       where taskqueue._name(t.id, t.created) = $2`,
      [ends === 'dies' ? 'four' : body, task?.name],
    );
    if (ends === 'dies')
      await db.pool.query(
        `select taskqueue.fail_task('default', c.id, c.lease_token, 500, 'x', true, false, last => true) from taskqueue.claim_tasks('default', 1) as c`,
      );
  };
  await keep('dies');
  await keep('is purged');
  await db.pool.query(`select taskqueue.purge_queue('default')`);
  await limit('1G');
  await clock.advance(11);
  await add();
  expect(await storage()).toMatchObject({ used: '4' });
});

test('a large table is measured by stretches of it, within half a hundredth', async () => {
  await db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, body)
     select -n, taskqueue._now(), taskqueue._now(), 1, convert_to(repeat('x', 100 + (n % 400 * 7919 % 400)), 'UTF8') from generate_series(1, 320000) as n`,
  );
  const exact = Number(await value(db.pool, 'select sum(octet_length(body) + 128) from taskqueue._tasks'));
  await clock.advance(60); // the tests before were measured with clocks of their own
  await limit('1T');
  expect(Number(await value(db.pool, `select pg_relation_size('taskqueue._tasks')`)) / 8192).toBeGreaterThan(32_768);
  expect(Math.abs(Number((await storage()).used) / exact - 1)).toBeLessThan(0.005);
});
