// In which order a pull queue gives its tasks: by ETA, and a task that was given back, or whose lease was lost, comes after all that were due by then.

import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { type Database, rows, value } from '../../support/sql.ts';

const db = useDatabase();
let clock: MovableClock;
let queue: string;

beforeAll(async () => {
  clock = await movableClock(db.pool);
});

beforeEach(async () => {
  queue = nextName('order');
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

interface Leased {
  name: string;
  lease_token: string;
}

async function add(...names: string[]): Promise<void> {
  for (const name of names) {
    await db.pool.query(`select taskqueue.add($1, payload => 'x', name => $2, tag => 'red', transactional => false)`, [
      queue,
      name,
    ]);
    await clock.advance(0.001);
  }
}

const WAYS = {
  lease_tasks: 'lease_tasks($1, $2, $3)',
  'lease_tasks_by_tag of a tag': `lease_tasks_by_tag($1, $2, $3, 'red')`,
  'lease_tasks_by_tag of the oldest': 'lease_tasks_by_tag($1, $2, $3)',
};

async function lease(
  seconds: number,
  most: number,
  way: keyof typeof WAYS = 'lease_tasks',
  session: Database = db.pool,
) {
  return rows<Leased>(session, `select name, lease_token from taskqueue.${WAYS[way]}`, [queue, seconds, most]);
}

const names = (tasks: { name: string }[]) => tasks.map(({ name }) => name);

const list = async (most = 100) =>
  names(await rows<Leased>(db.pool, 'select name from taskqueue.list_tasks($1, $2)', [queue, most]));

const modify = ({ name, lease_token }: Leased, seconds: number) =>
  db.pool.query('select taskqueue.modify_task_lease($1, $2, $3, $4)', [queue, name, lease_token, seconds]);

/** What a dispatcher does for the floor. */
const keepFloor = () =>
  db.pool.query(`select taskqueue.raise_floor($1, taskqueue.advance_floor($1, taskqueue._now() - interval '100 ms'))`, [
    queue,
  ]);

/** How a task may come back. */
const RETURNS: [string, (task: Leased, way: keyof typeof WAYS) => Promise<unknown>][] = [
  ['is given back', (task) => modify(task, 0)],
  [
    'is given back with others',
    ({ name, lease_token }) =>
      db.pool.query('select taskqueue.modify_task_leases($1, $2, $3, $4)', [queue, [name], [lease_token], [0]]),
  ],
  [
    'is given back by its ETA',
    ({ name }) => db.pool.query('select taskqueue.modify_task_lease_by_eta($1, $2, 0)', [queue, name]),
  ],
  ['is lost', () => clock.advance(600)],
  ['is lost after its lease was shortened', (task) => modify(task, 1).then(() => clock.advance(1))],
  ['is lost after its lease was extended', (task) => modify(task, 700).then(() => clock.advance(700))],
];

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('%s', (way) => {
  test.each(RETURNS)('a task that %s goes behind the others', async (_, comesBack) => {
    await add('poison', 'b', 'c');
    const [poison] = await lease(600, 1, way);
    expect(poison?.name).toBe('poison');
    await comesBack(poison as Leased, way);
    expect(await list()).toEqual(['b', 'c', 'poison']);
    expect(names(await lease(600, 1, way))).toEqual(['b']);
    expect(names(await lease(600, 3, way))).toEqual(['c', 'poison']);
  });

  test.each([0, 0.5, 1, 2, 3, 600])(
    'a lease of %d s that is lost, over and over, starves no other',
    async (seconds) => {
      await add('a', 'b', 'c');
      const seen: string[] = [];
      for (let i = 0; i < 9; i++) {
        seen.push(...names(await lease(seconds, 1, way)));
        await clock.advance(Math.max(seconds / 2, 0.001));
        if (i % 2 === 0) await keepFloor();
        await clock.advance(Math.max(seconds / 2, 0.001));
      }
      expect(seen).toEqual(['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
    },
  );

  test('what is lost comes in the order in which it was lost', async () => {
    await add('a', 'b', 'c', 'd');
    const [first] = await lease(1, 1, way);
    await lease(2, 2, way);
    await modify(first as Leased, 3);
    await clock.advance(4);
    expect(await list()).toEqual(['d', 'b', 'c', 'a']);
    expect(names(await lease(1, 1, way))).toEqual(['d']);
    const rest = names(await lease(1, 3, way));
    expect(rest.slice(0, 2).sort()).toEqual(['b', 'c']);
    expect(rest[2]).toBe('a');
  });
});

test('the list shows the first by ETA, though others are leased', async () => {
  await add('a', 'b', 'c', 'd');
  await lease(60, 2);
  expect(await list(2)).toEqual(['c', 'd']);
  expect(await list(3)).toEqual(['c', 'd', 'a']);
  await clock.advance(61);
  expect(await list(1)).toEqual(['c']);
});

test('the oldest ETA of a queue is not that of a lost task', async () => {
  await add('a', 'b');
  await lease(1, 1);
  await clock.advance(2);
  const oldest = await value(db.pool, 'select oldest_eta from taskqueue.queues where name = $1', [queue]);
  expect(oldest).toEqual(
    await value(db.pool, `select eta from taskqueue.tasks where queue = $1 and name = 'b'`, [queue]),
  );
});

test('at most a thousand lost tasks are moved by a call', async () => {
  await db.pool.query(
    `insert into taskqueue._tasks (id, due, created, queue_id, body)
     select -n, taskqueue._now(), taskqueue._now(), q.id, 'x' from taskqueue._queues as q, generate_series(1, 2500) as n where q.name = $1`,
    [queue],
  );
  for (let i = 0; i < 3; i++) await lease(3, 1000);
  await add('due');
  await clock.advance(5);
  const moved = () =>
    value(
      db.pool,
      `select count(*)::integer from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id
       where q.name = $1 and t.attempts = 1 and t.due >= taskqueue._now() - interval '1 s'`,
      [queue],
    );
  expect(names(await lease(60, 1))).toEqual(['due']);
  expect([999, 1000]).toContain(await moved());
  expect(await lease(60, 1000)).toHaveLength(1000);
});

test('what a call has put behind, and is rolled back, is found at its old place', async () => {
  await add('lost');
  await lease(3, 1);
  await clock.advance(10);
  await add('x');
  for (let i = 0; i < 3; i++) {
    const session = await db.client();
    await session.query('begin');
    expect(names(await lease(60, 10, 'lease_tasks', session))).toEqual(['x', 'lost']);
    await session.query('rollback');
    await clock.advance(2);
  }
  expect(names(await lease(60, 10))).toEqual(['x', 'lost']);
});
