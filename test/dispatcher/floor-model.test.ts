// Compares floors with a model: random mixes of everything that changes due times, statement by statement, with
// transactions that stay open and sessions that stop right after they read the clock. After every step, a lease and a
// claim of everything must find exactly the tasks that are ready.
//
// npm run test:soak:model runs it for long; SEED=… runs one seed.

import { expect, test } from 'vitest';
import { useDatabase } from '../support/db.ts';
import { adoptsAtOnce, adoptsLater, computesDueBefore, rewrite } from './floor-model/broken.ts';
import { Violation } from './floor-model/tasks.ts';
import { ADDING, type Run, SharedSessions, World } from './floor-model/world.ts';

const LONG = process.env.SOAK === 'model';
const SEED = process.env.SEED;

const database = useDatabase();
let shared: SharedSessions | undefined;

async function live(run: Run): Promise<World> {
  shared ??= await SharedSessions.of(database);
  const world = new World(shared, run);
  await world.live().catch((error) => {
    error.message = `SEED=${run.seed}: ${error.message}`;
    throw error;
  });
  return world;
}

/** How add makes the id of a transaction's first task. */
const ID_OF_ADD = `coalesce(next_id, (taskqueue._epoch() << 50) + txid_current() * 128
  + case when transactional is false then 5 else 0 end)`;

/** Without a floor loop, old open transactions must end, or they hold the floor down. */
const LEASING = { ...ADDING, deletes: 30 };

const seeds = (n: number) => (SEED ? [Number(SEED)] : Array.from({ length: LONG ? n * 100 : n }, (_, i) => i + 1));

test('no interleaving strands a task or hands one out early', { timeout: 3_600_000 }, async () => {
  let handedOut = 0;
  let ticks = 0;
  for (const seed of seeds(4)) {
    const world = await live({ seed, steps: 150 });
    handedOut += world.tasks.handedOut;
    for (const floorLoop of world.floorLoops) ticks += floorLoop.ticks;
  }
  if (LONG) console.log({ handedOut, ticks });
  if (!SEED) expect(ticks).toBeGreaterThan(20);
  if (!SEED) expect(handedOut).toBeGreaterThan(100);
});

/**
 * The first violation that a broken floor loop or function causes; `first` is a seed shortly before one that shows it.
 */
async function violation(how: Partial<Run>, first = 1001): Promise<string | undefined> {
  for (let seed = first; seed < first + 1000; seed++) {
    try {
      await live({ seed, steps: 100, weights: ADDING, ...how });
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      if (LONG) console.log(error.message.split('\n')[0]);
      return error.message;
    }
  }
}

test.each([
  { name: 'adopts immediately', tick: adoptsAtOnce },
  { name: 'remembers a floor and adopts it later', tick: adoptsLater },
])('the test can fail: a floor loop that $name', async ({ tick }) => {
  expect(await violation({ tick })).toMatch(/is stranded/);
});

test('the test can fail: a due time that is computed before the insert', async () => {
  const undo = await computesDueBefore(database.pool);
  expect(await violation({ weights: { ...ADDING, keeps: 150 } })).toMatch(/is stranded/);
  await undo();
});

test('without a dispatcher, floors raised by lease calls strand no task either', { timeout: 3_600_000 }, async () => {
  let risen = 0;
  for (const seed of seeds(4)) {
    const world = await live({ seed, steps: 150, tick: 'none' });
    risen += (await world.floors()).filter((floor) => floor > 0).length;
  }
  expect(risen).toBeGreaterThan(0);
});

test.each([
  {
    first: 1019,
    name: 'a released task that keeps its position',
    broken: ['modify_task_lease', 'modify_task_lease.lease_seconds <= 2 or', ''],
    why: /was handed out before/,
  },
  {
    first: 1006,
    name: 'a lost task that keeps its position',
    broken: ['lease_tasks', 'exit when expired is not true', 'exit'],
    why: /was handed out before/,
  },
  {
    first: 1027,
    name: 'a step past the tasks that the call has moved itself',
    broken: ['_step_floor', 'least(w.unmoved, moved)', 'w.unmoved'],
    why: /is stranded/,
  },
] as const)('the test can fail: $name', async ({ first, broken: [name, from, to], why }) => {
  const undo = await rewrite(database.pool, name, from, to);
  expect(await violation({ tick: 'none', weights: { ...LEASING, takes: 60, settles: 30 } }, first)).toMatch(why);
  await undo();
});

test.each([
  {
    first: 1014,
    name: 'a step that does not wait for open transactions',
    broken: ['_step_floor', 'taskqueue._oldest_open() >= bound', 'true'],
  },
  {
    first: 1020,
    name: 'a due time that is older than its transaction',
    broken: [
      'add',
      `select ${ID_OF_ADD} as id, taskqueue._now() as now,`,
      `select taskqueue._now() as now, ${ID_OF_ADD} as id,`,
    ],
  },
  // A step waits for every transaction of the cluster, and other test files have long ones: one adds a million tasks.
] as const)('the test can fail: $name', async ({ first, broken: [name, from, to] }) => {
  const undo = await rewrite(database.pool, name, from, to);
  expect(await violation({ tick: 'none', adders: 2, weights: LEASING }, first)).toMatch(/is stranded/);
  await undo();
});
