// Floors where no dispatcher runs: lease calls raise them, and take them down again. The clock is the test's.

import { beforeAll, beforeEach, expect, test } from 'vitest';
import { LOCKS } from '../../../src/schema/locks.ts';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { nextName } from '../../support/names.ts';
import { rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(db.pool);
});

beforeEach(async () => {
  queue = nextName('alone');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

type Session = Pick<typeof db.pool, 'query'>;

const add = (name: string, session: Session = db.pool) =>
  session.query(`select taskqueue.add($1, payload => $2)`, [queue, name]);
async function lease(seconds = 60, session: Session = db.pool): Promise<string[]> {
  const leased = await rows<{ payload: Buffer }>(
    session as typeof db.pool,
    'select payload from taskqueue.lease_tasks($1, $2, 100)',
    [queue, seconds],
  );
  return leased.map(({ payload }) => payload.toString());
}
const empty = (session: Session = db.pool) =>
  session.query(`delete from taskqueue._tasks where queue_id = (select id from taskqueue._queues where name = $1)`, [
    queue,
  ]);
/** Seconds by which the floor is behind the clock. */
const lag = () =>
  value<number>(
    db.pool,
    `select extract(epoch from taskqueue._now() - taskqueue._floor(q.id))::double precision from taskqueue._queues as q where q.name = $1`,
    [queue],
  );
/** A task comes and goes, and two seconds with it. */
async function cycle(): Promise<void> {
  await add('x');
  await lease();
  await empty();
  await clock.advance(2);
}
/** Cycles until the floor is a few of them behind. Transactions of other databases hold it while they write. */
/** Transactions of other files, in other databases of the same server, hold floors too. */
const OTHERS = { everyMs: 50 };
const cyclesUntilRisen = () =>
  eventually(async () => {
    await cycle();
    expect(await lag()).toBeLessThan(7);
  }, OTHERS);
/** Two lease calls of another queue: each that runs alone raises the upper bound. */
async function leaseElsewhere(): Promise<void> {
  const mine = queue;
  queue = `${mine}-other`;
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
  for (let i = 0; i < 2; i++) await cycle();
  queue = mine;
}
async function cycles(times = 4): Promise<void> {
  for (let i = 0; i < times; i++) await cycle();
}

test('the floor follows, under a snapshot that is held too', async () => {
  const report = await db.client();
  await report.query('begin isolation level repeatable read');
  await report.query('select count(*) from taskqueue.tasks');
  await cyclesUntilRisen();
  await clock.advance(3600);
  await cyclesUntilRisen();
  await report.query('rollback');
});

test('a transaction that has added and stays open holds it, and its task is found', async () => {
  const late = await db.client();
  await cycles();
  await late.query('begin');
  await add('late', late);
  const [before] = await rows<{ now: Date }>(db.pool, 'select taskqueue._now() as now');
  await cycles(8);
  const since = ((await clock.now()).getTime() - (before?.now.getTime() ?? 0)) / 1000;
  expect(await lag()).toBeGreaterThan(since);
  await late.query('commit');
  expect(await lease()).toEqual(['late']);
  await empty();
  await cyclesUntilRisen();
});

/** A task comes and goes beside those that stay, until the floor is a few seconds behind. */
const leasesUntilRisen = () =>
  eventually(async () => {
    await add('x');
    await lease();
    await db.pool.query(`delete from taskqueue._tasks where body = 'x'`);
    await clock.advance(2);
    expect(await lag()).toBeLessThan(9);
  }, OTHERS);

test('a task on a long lease is put behind it, and found when it ends', async () => {
  await add('long');
  await lease(36_000);
  await leasesUntilRisen();
  await clock.advance(36_000);
  expect(await lease()).toEqual(['long']);
});

/** A call that leases x, in a transaction that has done something before and is rolled back. Ten seconds ago counts as safe to see. */
async function leaseAndRollBack(before: (session: Session) => Promise<unknown> = async () => {}): Promise<void> {
  await clock.advance(10);
  await leaseElsewhere();
  await add('x');
  const undecided = await db.client();
  await undecided.query('begin');
  await before(undecided);
  expect(await lease(60, undecided)).toEqual(['x']);
  await undecided.query('rollback');
}

test('what a transaction has deleted, and may bring back, is not passed', async () => {
  await cycles();
  await add('kept');
  await leaseAndRollBack((session) => session.query(`delete from taskqueue._tasks where body = 'kept'`));
  expect(await lag()).toBeGreaterThan(9);
  expect((await lease()).sort()).toEqual(['kept', 'x']);
});

test.each(['0', '1 hour', '7 days', '365 days'])(
  'what a call has buried, and may bring back, is not passed: it is kept for %s',
  async (retention) => {
    await db.pool.query(
      `select from taskqueue.update_queue($1, retry => '{"task_retry_limit": 1}', dead_retention => $2)`,
      [queue, retention],
    );
    await cycles();
    await add('spent');
    await lease(1);
    await leaseAndRollBack();
    expect(await lag()).toBeGreaterThan(9);
  },
);

test('what a call has put behind its lease is passed by a later one', async () => {
  await cycles();
  await add('long');
  await lease(36_000);
  await leaseAndRollBack();
  expect(await lag()).toBeGreaterThan(9);
  await lease(); // the x of the call that was rolled back
  await leasesUntilRisen();
});

test('a repeatable-read transaction leases, and raises nothing', async () => {
  const old = await db.client();
  await cycles(1);
  await add('x');
  await clock.advance(100);
  const before = await lag();
  await old.query('begin isolation level repeatable read');
  expect(await lease(60, old)).toEqual(['x']);
  await old.query('commit');
  expect(await lag()).toBe(before);
});

test('the clock is set back: tasks are found immediately, and after it has caught up', async () => {
  await cycles();
  await clock.advance(-3600);
  await add('early');
  expect(await lease()).toEqual(['early']);
  await empty();
  await clock.advance(3600);
  await cycles();
  await clock.advance(-1800);
  await add('below');
  await clock.advance(3600); // and no call has seen the clock that was set back
  expect(await lease()).toEqual([]);
  expect(await lease()).toEqual(['below']); // the call before has looked below the floor
});

const stepping = () =>
  rows(
    db.pool,
    `select from pg_locks as l join pg_database as d on d.oid = l.database
     where l.classid = ${LOCKS.floor} and l.granted and d.datname = current_database()`,
  );

test('the lock of the step is let go', async () => {
  await cycles(2);
  expect(await stepping()).toEqual([]);
});

test('the lock of the step is let go when the call is cancelled in it', async () => {
  await cycles(2);
  await add('x');
  await clock.advance(2);
  const holder = await db.client();
  await holder.query('begin');
  await holder.query('alter sequence taskqueue._horizon_bound cache 1'); // a step waits for this
  const caller = await db.client();
  const { rows: pids } = await caller.query('select pg_backend_pid() as pid');
  const refused = expect(lease(60, caller)).rejects.toMatchObject({ code: '57014' });
  await eventually(async () => expect(await stepping()).toHaveLength(1));
  await db.pool.query('select pg_cancel_backend($1)', [pids[0].pid]);
  await refused;
  expect(await stepping()).toEqual([]);
  await holder.query('rollback');
  await caller.query('select'); // the error comes before the rollback, and the answer to this after it
  expect(await lease()).toEqual(['x']);
});
