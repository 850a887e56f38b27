// What dispatchers record of their queues: seconds, minutes, hours, and how long each is kept.
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { row, rows, value } from '../../support/sql.ts';
import { explaining, plansOf } from '../explained.ts';

const db = useDatabase();
let clock: MovableClock;
beforeAll(async () => {
  clock = await movableClock(db.pool);
  await db.pool.query(`select taskqueue.create_queue('other'), taskqueue.create_queue('pull', mode => 'pull')`);
});

const record = (...notes: Record<string, unknown>[]) =>
  db.pool.query('select taskqueue.record_activity($1)', [
    JSON.stringify(notes.map((note) => ({ queue: 'default', ...note }))),
  ]);
const sweep = () => db.pool.query('select taskqueue.sweep_attempts()');
const partitions = async (table: string) =>
  (
    await rows<{ name: string }>(
      db.pool,
      `select replace(inhrelid::regclass::text, $1 || '_', '') as name from pg_inherits where inhparent = $1::regclass order by 1`,
      [`taskqueue.${table}`],
    )
  ).map(({ name }) => name);
const lag = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
const minutesOf = (at: string) => Date.parse(at) / 60_000;

afterEach(() =>
  db.pool.query('truncate taskqueue._statistics, taskqueue._minute_statistics, taskqueue._hourly_statistics'),
);

test('notes become what the queue shows', async () => {
  await clock.set('2030-01-01 00:00:00Z');
  await record({ executed: 4, succeeded: 1, server_error: 1, throttled: 1, unknown_target: 1, dead: 1 });
  await record({ executed: 1, succeeded: 1 }, { queue: 'other', executed: 7, succeeded: 7 }, { queue: 'gone' });
  expect(
    await row(
      db.pool,
      `select executed_last_minute, succeeded_last_minute, failed_last_minute, dead_last_minute from taskqueue.queues where name = 'default'`,
    ),
  ).toEqual({
    executed_last_minute: '5',
    succeeded_last_minute: '2',
    failed_last_minute: '3',
    dead_last_minute: '1',
  });
});

describe('what is kept', () => {
  test('an hour of seconds, which become minutes and hours', async () => {
    await clock.set('2030-03-01 10:00:00Z');
    await sweep();
    await clock.set('2030-03-01 10:20:10Z');
    await record({ started: 2, executed: 2, succeeded: 1, no_answer: 1, tokens: 3, in_flight: 1 });
    await record({ minute: minutesOf('2030-03-01T10:20Z'), lag, duration: lag });
    await clock.set('2030-03-01 10:20:50Z');
    await record({ started: 1, executed: 1, succeeded: 1 });
    await clock.set('2030-03-01 10:40:00Z');
    await record({ started: 5, executed: 5, succeeded: 5 }, { queue: 'other', executed: 1, dead: 1 });
    const minutes = () =>
      rows(
        db.pool,
        `select queue, extract(minute from minute)::integer as minute, executed, started, succeeded, no_answer, dead, lag
         from taskqueue.minute_statistics order by queue, minute`,
      );
    const before = await minutes();
    const zero = { started: '0', succeeded: '0', no_answer: '0', dead: '0', lag: null };
    expect(before).toEqual([
      {
        ...{ queue: 'default', minute: 20, executed: '3', started: '3', succeeded: '2', no_answer: '1', dead: '0' },
        lag: lag.map(String),
      },
      { ...zero, queue: 'default', minute: 40, executed: '5', started: '5', succeeded: '5' },
      { ...zero, queue: 'other', minute: 40, executed: '1', dead: '1' },
    ]);
    await clock.set('2030-03-01 11:59:59Z');
    await sweep();
    expect(await partitions('_statistics')).toContain('2030030110');
    await clock.set('2030-03-01 12:00:00Z');
    await sweep();
    expect(await partitions('_statistics')).toEqual([
      '2030030111',
      '2030030112',
      '2030030113',
      '2030030114',
      'default',
    ]);
    await sweep(); // what is added up is not added again
    expect(await minutes()).toEqual(before);
    expect(
      await rows(
        db.pool,
        `select queue, executed, succeeded, no_answer, dead from taskqueue.hourly_statistics order by 1`,
      ),
    ).toEqual([
      { queue: 'default', executed: '8', succeeded: '7', no_answer: '1', dead: '0' },
      { queue: 'other', executed: '1', succeeded: '0', no_answer: '0', dead: '1' },
    ]);
  });

  test('a week of minutes, 35 days of hours', async () => {
    await clock.set('2030-06-01 10:00:00Z');
    await record({ executed: 1 });
    await clock.set('2030-06-01 11:00:01Z');
    await sweep();
    const kept = () =>
      row(
        db.pool,
        `select (select count(*)::integer from taskqueue._statistics) as seconds,
                (select count(*)::integer from taskqueue._minute_statistics) as minutes,
                (select count(*)::integer from taskqueue._hourly_statistics) as hours`,
      );
    expect(await kept()).toEqual({ seconds: 0, minutes: 1, hours: 1 });
    await clock.set('2030-06-09 00:00:00Z');
    await sweep();
    expect(await kept()).toEqual({ seconds: 0, minutes: 0, hours: 1 });
    await clock.set('2030-08-05 00:00:00Z');
    await sweep();
    expect(await kept()).toEqual({ seconds: 0, minutes: 0, hours: 0 });
    expect(await partitions('_hourly_statistics')).toEqual(['20300805', '20300812', '20300819', 'default']);
  });

  test('without upkeep everything goes to the default partitions, and from there when upkeep returns', async () => {
    await clock.set('2031-01-01 10:00:00Z');
    await record({ executed: 1 });
    await clock.set('2031-01-01 15:30:00Z');
    await record({ executed: 2 });
    await sweep();
    expect(await partitions('_statistics')).not.toContain('2031010115');
    expect(await rows(db.pool, `select executed from taskqueue._statistics_default`)).toEqual([{ executed: '2' }]);
    expect(await rows(db.pool, `select executed from taskqueue.minute_statistics order by minute`)).toEqual([
      { executed: '1' },
      { executed: '2' },
    ]);
  });

  test('a table that is locked is left to the next time', async () => {
    await clock.set('2032-01-01 10:00:00Z');
    await sweep();
    await record({ executed: 1 });
    await clock.set('2032-01-01 12:00:00Z');
    const other = await db.client();
    await other.query('begin; lock table taskqueue._statistics in access share mode');
    await sweep();
    expect(await partitions('_statistics')).toContain('2032010110');
    await other.query('rollback');
    await sweep();
    expect(await partitions('_statistics')).not.toContain('2032010110');
    expect(await rows(db.pool, 'select executed from taskqueue._hourly_statistics')).toEqual([{ executed: '1' }]);
  });

  test('the last dispatch of a slow queue is known after its seconds and its minutes are gone', async () => {
    const last = () =>
      value(db.pool, `select taskqueue._last_dispatch(id) from taskqueue._queues where name = 'default'`);
    await clock.set('2033-01-01 10:00:30Z');
    await record({ started: 1 });
    await clock.set('2033-01-01 10:10:00Z');
    expect(await last()).toEqual(new Date('2033-01-01T10:00:31Z'));
    await clock.set('2033-01-01 12:10:00Z');
    await sweep();
    expect(await last()).toEqual(new Date('2033-01-01T10:01:00Z'));
    await clock.set('2033-01-10 12:10:00Z');
    await sweep();
    expect(await last()).toEqual(new Date('2033-01-01T11:00:00Z'));
  });
});

test('a sample counts what is due and what is for later; that of an unused pull queue is not taken', async () => {
  await clock.set('2034-01-01 00:00:00Z');
  await db.pool.query(`select taskqueue.add('other', countdown => 60), taskqueue.add('pull', payload => 'x')`);
  await db.pool.query(`select taskqueue.add('other', eta => '2033-12-31T00:00:00Z') from generate_series(1, 2)`);
  await record({ queue: 'other', sample: true }, { queue: 'pull', sample: true }, { sample: false });
  const samples = () =>
    rows(
      db.pool,
      `select q.name, s.due, s.scheduled, s.oldest_due from taskqueue._statistics as s
       join taskqueue._queues as q on q.id = s.queue_id where s.due is not null order by q.name`,
    );
  const other = { name: 'other', due: 2, scheduled: 1, oldest_due: new Date('2034-01-01T00:00:00Z') };
  expect(await samples()).toEqual([other]);
  await db.pool.query(`select taskqueue.lease_tasks('pull', 60)`);
  await record({ queue: 'pull', sample: true });
  expect(await samples()).toEqual([other, { name: 'pull', due: 0, scheduled: 0, oldest_due: null }]);
});

test('a histogram does not hide the enforced rate or the last dispatch', async () => {
  await clock.set('2035-01-01 00:00:30Z');
  await record({ started: 1, enforced: 1.5 });
  await record({ minute: minutesOf('2035-01-01T00:00Z'), lag });
  expect(await value(db.pool, `select enforced_rate from taskqueue.queues where name = 'default'`)).toBe(1.5);
});

test('quantiles are estimated within their bucket', async () => {
  const quantile = (counts: number[], q: number) =>
    value(db.pool, 'select taskqueue.histogram_quantile($1::bigint[], $2::float8)', [counts, q]);
  expect(await quantile([0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0], 0.5)).toBeCloseTo(0.65);
  expect(await quantile([5, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1)).toBeCloseTo(0.03);
  expect(await quantile([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0.5)).toBe(1000);
  expect(await quantile([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.5)).toBeNull();
});

test('what reads statistics reads them by their index, in every partition', async () => {
  await clock.set('2036-01-01 10:00:00Z');
  await sweep();
  const client = await explaining(db);
  for (const statement of [
    `select taskqueue._last_dispatch(id), taskqueue._enforced_rate(q) from taskqueue._queues as q where name = 'default'`,
    `select * from taskqueue.dispatcher_queues()`,
    `select taskqueue.sweep_queue('default')`,
    `select taskqueue.queue_statistics('default')`,
    `select taskqueue.record_activity('[{"queue": "pull", "sample": true}]')`,
  ]) {
    const plans = await plansOf(client, statement);
    expect(plans, statement).toMatch(
      /Index (Only )?Scan (Backward )?using _statistics_2036010110_\w+ on _statistics_2036010110/,
    );
    expect(plans, statement).not.toMatch(/(Seq|Bitmap Heap) Scan on _statistics/);
  }
});
