// The results of checking the cron entries, by a clock that the test moves.
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { isTimeZone, localTime } from '../../src/domain/cron/time-zone.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { tick } from '../../src/scheduler/tick.ts';
import { type MovableClock, movableClock } from '../../src/testing/movable-clock.ts';
import { useDatabase } from '../support/db.ts';
import { rows } from '../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
beforeAll(async () => {
  clock = await movableClock(db.pool);
});
beforeEach(async () => {
  await db.pool.query(`delete from taskqueue._crons; delete from taskqueue._tasks; delete from taskqueue._names`);
});

const apply = (...cron: object[]) => db.pool.query('select taskqueue.apply_crons($1)', [JSON.stringify({ cron })]);
const check = () => tick(db.pool, silentLogger);
const tasks = async () =>
  (await rows<{ name: string }>(db.pool, 'select name from taskqueue._tasks order by id')).map(({ name }) => name);
const nextRun = async () =>
  (await rows<{ next_run: Date | null }>(db.pool, 'select next_run from taskqueue.crons'))[0]?.next_run?.toISOString();

/** Checks once a minute up to a time, and returns the tasks of each check; every task is done immediately. */
async function checkUntil(end: string, everySeconds = 60): Promise<string[]> {
  const seen: string[] = [];
  for (let now = await clock.now(); now < new Date(end); now = await clock.now()) {
    await check();
    seen.push(...(await tasks()));
    await db.pool.query(`delete from taskqueue._tasks`);
    await clock.advance(everySeconds);
  }
  return seen;
}

test('an entry is planned from the time it was applied, and fires on time', async () => {
  await clock.set('2026-05-04T08:58:30Z');
  await apply({ url: '/a', schedule: 'every day 09:00' });
  expect(await check()).toEqual({});
  expect(await nextRun()).toBe('2026-05-04T09:00:00.000Z');
  await clock.set('2026-05-04T08:59:58Z'); // a check may be slightly early: its task waits
  expect(await check()).toEqual({ added: 1 });
  expect(await rows(db.pool, 'select name, due from taskqueue._tasks')).toEqual([
    { name: 'a-20260504T090000Z', due: new Date('2026-05-04T09:00:00Z') },
  ]);
  expect([await check(), await nextRun()]).toEqual([{}, '2026-05-05T09:00:00.000Z']);
});

test('three schedulers that check at the same time add one task per run', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply(
    { url: '/a', schedule: 'every 1 minutes synchronized' },
    { url: '/b', schedule: 'every 2 minutes synchronized' },
  );
  for (let minute = 0; minute < 4; minute++) {
    await clock.advance(60);
    await Promise.all([check(), check(), check()]);
    await db.pool.query('update taskqueue._crons set last_task_id = null'); // otherwise the previous run is under way
  }
  expect((await tasks()).sort()).toEqual([
    'a-20260504T080100Z',
    'a-20260504T080200Z',
    'a-20260504T080300Z',
    'a-20260504T080400Z',
    'b-20260504T080200Z',
    'b-20260504T080400Z',
  ]);
});

test('with clocks set forward and back, there is exactly one run a day', async () => {
  const berlin = { url: '/a', schedule: 'every day 02:30', timezone: 'Europe/Berlin' };
  await clock.set('2026-03-28T00:00:00Z');
  await apply(berlin);
  expect(await checkUntil('2026-03-31T00:00:00Z', 1800)).toEqual([
    'a-20260328T013000Z',
    'a-20260329T010000Z',
    'a-20260330T003000Z',
  ]);
  await clock.set('2026-10-24T00:00:00Z');
  await apply({ ...berlin, description: 'autumn' });
  expect(await checkUntil('2026-10-27T00:00:00Z', 1800)).toEqual([
    'a-20261024T003000Z',
    'a-20261025T003000Z',
    'a-20261026T013000Z',
  ]);
});

test('a range from one time to another', async () => {
  await clock.set('2026-05-04T00:00:00Z');
  await apply({ url: '/a', schedule: 'every 30 minutes from 22:00 to 23:10', timezone: 'Asia/Tokyo' });
  expect(await checkUntil('2026-05-05T00:00:00Z', 900)).toEqual([
    'a-20260504T130000Z',
    'a-20260504T133000Z',
    'a-20260504T140000Z',
  ]);
});

test('a run of a range is skipped while the previous one is under way', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every 5 minutes synchronized' });
  await check();
  await clock.set('2026-05-04T08:05:00Z');
  expect(await check()).toEqual({ added: 1 });
  await clock.set('2026-05-04T08:10:00Z');
  expect(await check()).toEqual({ overlapping: 1 });
  expect(await nextRun()).toBe('2026-05-04T08:15:00.000Z');
});

test('a pause is counted from the end of the run', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every 5 minutes' });
  await check();
  await clock.set('2026-05-04T08:05:00Z');
  expect([await check(), await nextRun()]).toEqual([{ added: 1 }, undefined]);
  await clock.set('2026-05-04T08:30:00Z');
  expect([await check(), await nextRun()]).toEqual([{}, undefined]); // it is still running
  const done = `with c as (select * from taskqueue.claim_tasks('cron', 1)) select taskqueue.complete_tasks('cron', array[c.id], array[c.lease_token]) from c`;
  await db.pool.query(done);
  await clock.set('2026-05-04T08:31:00Z');
  expect([await check(), await nextRun()]).toEqual([{}, '2026-05-04T08:35:00.000Z']);
});

test.each([
  [false, { missed: 1 }, []],
  [true, { added: 1 }, ['a-20260504T090000Z']],
])('runs missed while no scheduler ran, with catch_up %s', async (catch_up, counts, names) => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every 1 hours synchronized', catch_up });
  await check();
  await clock.set('2026-05-04T15:30:00Z');
  expect([await check(), await check()]).toEqual([counts, {}]);
  expect(await tasks()).toEqual(names);
  expect(await nextRun()).toBe('2026-05-04T16:00:00.000Z');
});

test('a run that is a few minutes late is not missed', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every day 09:00' });
  await clock.set('2026-05-04T09:04:00Z');
  expect(await check()).toEqual({ added: 1 });
});

test('an entry that is removed or changed no longer fires as before', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every day 09:00' }, { url: '/b', schedule: 'every day 09:00' });
  await check();
  await apply({ url: '/b', schedule: 'every day 10:00' });
  await clock.set('2026-05-04T09:00:00Z');
  expect(await check()).toEqual({});
  await clock.set('2026-05-04T10:00:00Z');
  await check();
  expect(await tasks()).toEqual(['b-20260504T100000Z']);
});

test('a failed run is retried by its retry parameters, and is then among the dead tasks', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({
    url: '/a',
    schedule: 'every day 09:00',
    retry_parameters: { job_retry_limit: 2, min_backoff_seconds: 10, max_doublings: 0 },
  });
  await clock.set('2026-05-04T09:00:00Z');
  await check();
  const fail = `select f.* from taskqueue.claim_tasks('cron', 1) as c, taskqueue.fail_task('cron', c.id, c.lease_token, 500, 'App Error', true, false) as f`;
  const outcomes: unknown[] = [];
  for (let attempt = 0; attempt < 4; attempt++) {
    outcomes.push(...(await rows<{ outcome: string }>(db.pool, fail)).map(({ outcome }) => outcome));
    await clock.advance(60);
  }
  expect(outcomes).toEqual(['retry', 'retry', 'dead']);
  await check();
  expect(await rows(db.pool, 'select last_result, last_status from taskqueue.crons')).toEqual([
    { last_result: 'failed', last_status: 500 },
  ]);
});

test('an entry with an unreadable schedule never runs, and does not hold up others', async () => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'now and then' }, { url: '/b', schedule: 'every day 09:00' });
  await clock.set('2026-05-04T09:00:00Z');
  expect([await check(), await check()]).toEqual([{ added: 1 }, {}]);
  expect(await rows(db.pool, 'select name, problem from taskqueue.crons order by name')).toEqual([
    { name: 'a', problem: 'never runs: its schedule cannot be read' },
    { name: 'b', problem: null },
  ]);
});

const problems = () => rows(db.pool, 'select name, next_run, problem from taskqueue.crons order by name');

test.each([
  [
    'a zone that this server does not know',
    { schedule: 'every day 09:00', timezone: 'Mars/Base' },
    'its time zone Mars/Base is unknown to the server',
  ],
  [
    'a zone that only PostgreSQL knows',
    { schedule: 'every day 09:00', timezone: 'CEST' },
    'its time zone CEST is unknown to the server',
  ],
  ['a day that never comes', { schedule: '30 of feb 10:00', timezone: 'UTC' }, 'its schedule cannot be read'],
])('%s: the entry says so, and runs as soon as it can', async (_, entry, problem) => {
  await clock.set('2026-05-04T08:00:00Z');
  await apply({ url: '/a', schedule: 'every day 09:00' }, { url: '/b', schedule: 'every day 10:00' });
  // An earlier release may have accepted it, or a PostgreSQL that knows more zones.
  await db.pool.query(`update taskqueue._crons set entry = entry || $1 where name = 'a'`, [entry]);
  for (let count = 0; count < 2; count++) await check();
  expect(await problems()).toEqual([
    { name: 'a', next_run: null, problem: `never runs: ${problem}` },
    { name: 'b', next_run: new Date('2026-05-04T10:00:00Z'), problem: null },
  ]);
  await db.pool.query(
    `update taskqueue._crons set entry = entry || '{"schedule": "every day 09:00", "timezone": "UTC"}'`,
  );
  await check();
  expect((await problems())[0]).toEqual({ name: 'a', next_run: new Date('2026-05-04T09:00:00Z'), problem: null });
});

test('a lasting problem is written once', async () => {
  await apply({ url: '/a', schedule: 'now and then' });
  const version = () => rows(db.pool, 'select xmin::text from taskqueue._crons');
  await check();
  const written = await version();
  await check();
  expect(await version()).toEqual(written);
});

test('every zone that SQL accepts is planned, or says why it is not', async () => {
  const zones = await rows<{ name: string }>(
    db.pool,
    `select name from pg_timezone_names where name not in ('localtime', 'posixrules', 'Factory') union select 'europe/berlin'`,
  );
  await apply(
    ...zones.map(({ name }, at) => ({ name: `z${at}`, url: '/a', schedule: 'every day 09:00', timezone: name })),
  );
  await check();
  const planned = await rows(db.pool, 'select from taskqueue.crons where next_run is not null');
  const silent = await rows(db.pool, 'select timezone from taskqueue.crons where next_run is null and problem is null');
  expect(silent).toEqual([]);
  expect(planned.length).toBeGreaterThan(zones.length - 20); // Node's zones may be older than PostgreSQL's
});

test('names of the system’s zone files are accepted: their clocks are those of the names after the slash', () => {
  for (const zone of ['posix/Europe/Berlin', 'right/Europe/Berlin', 'Europe/Berlin']) {
    expect(isTimeZone(zone)).toBe(true);
    expect(localTime(Date.UTC(2026, 6, 1), zone)).toBe(Date.UTC(2026, 6, 1, 2));
  }
});
