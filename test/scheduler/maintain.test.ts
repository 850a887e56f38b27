// Maintenance where no dispatcher does it.
import { expect, onTestFinished, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { maintain } from '../../src/scheduler/maintain.ts';
import { movableClock } from '../../src/testing/movable-clock.ts';
import { useDatabase } from '../support/db.ts';
import { row, rows, value } from '../support/sql.ts';

const db = useDatabase();
const round = () => maintain(db.pool, { logger: silentLogger });

test('expired and purged tasks of a pull queue are deleted, and others stay', async () => {
  const clock = await movableClock(db.pool);
  await db.pool.query(`select taskqueue.create_queue('work', mode => 'pull', tombstone_ttl => '1 hour')`);
  await db.pool.query(
    `select taskqueue.add('work', name => n, payload => 'x', transactional => false) from (values ('old')) as v(n)`,
  );
  await db.pool.query(`select taskqueue.delete_task('work', 'old')`);
  await clock.advance(1800);
  await db.pool.query(`select taskqueue.add('work', name => 'new', payload => 'x', transactional => false)`);
  await db.pool.query(`select taskqueue.delete_task('work', 'new')`);
  await db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id) select n, taskqueue._now(), taskqueue._now(), q.id
     from generate_series(1, 12000) as n, taskqueue._queues as q where q.name = 'work'`,
  );
  await db.pool.query(`select taskqueue.purge_queue('work')`);
  await clock.advance(2400);
  expect(await round()).toBeGreaterThanOrEqual(12_001);
  expect(await rows(db.pool, 'select name from taskqueue._names')).toEqual([{ name: 'new' }]);
  expect(
    await row(
      db.pool,
      `select purged is null as forgotten, (select count(*) from taskqueue._tasks)::integer as tasks from taskqueue._queues where name = 'work'`,
    ),
  ).toEqual({
    forgotten: true,
    tasks: 0,
  });
  expect(await round()).toBe(0);
});

test('two concurrent rounds do nothing twice', async () => {
  const other = await db.client();
  await other.query('begin');
  await other.query(`select taskqueue.maintain_queue('default')`);
  expect(await value(db.pool, `select taskqueue.maintain_queue('default')`)).toBe('0');
  await other.query('rollback');
});

test('queues that a dispatcher leads are left to it', async () => {
  expect(await rows(db.pool, 'select * from taskqueue.unattended_queues() as name')).toContainEqual({
    name: 'default',
  });
  const dispatcher = new Dispatcher({
    database: db.url,
    targets: { default: () => new Response() },
    logger: silentLogger,
  });
  onTestFinished(() => dispatcher.stop());
  await dispatcher.start();
  expect(await rows(db.pool, 'select * from taskqueue.unattended_queues() as name')).toEqual([]);
});

test('a partition of attempts that is too old is dropped', async () => {
  const clock = await movableClock(db.pool);
  await clock.set('2026-05-01T12:00:00Z');
  await round();
  await clock.set('2026-05-20T12:00:00Z');
  await round();
  const days = `select relname from pg_class where relname ~ '^_attempts_2026050' and relkind = 'r'`;
  expect(await rows(db.pool, days)).toEqual([]);
});

test('a timed pause ends on its own', async () => {
  const clock = await movableClock(db.pool);
  const now = await clock.now();
  await db.pool.query(`select taskqueue.pause_queue('default', until => $1)`, [new Date(now.getTime() + 60_000)]);
  await clock.advance(61);
  expect(await value(db.pool, `select state from taskqueue.queues where name = 'default'`)).toBe('running');
});
