// Pull queues against a model: what fast-check does to the database by commands, a few lines of TypeScript do to a list, and both say the same. The
// clock is the test's.

import fc from 'fast-check';
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const RUNS = process.env.STORM === 'model' ? 2_000 : 60;
const LIMIT = 3;

const db = useDatabase();
let clock: MovableClock;
let n = 0;

beforeAll(async () => {
  clock = await movableClock(db.pool);
});

interface ModelTask {
  name: string;
  tag: string | null;
  due: number;
  leasedUntil: number;
  leases: number;
  token: string | null;
  /** Ends of its leases: where a task may stand that was put behind its lease, instead of at `due`. */
  ends: number[];
}

/** What the queue should be like; moments in milliseconds since the start. */
interface Model {
  now: number;
  paused: boolean;
  tasks: ModelTask[];
  /** Leases that were given, also those that are over: what a zombie holds. */
  given: { name: string; token: string }[];
  used: number;
}

interface Real {
  queue: string;
  /** The model's moment 0, to the microsecond. */
  start: string;
  pool: pg.Pool;
}

type Command = fc.AsyncCommand<Model, Real>;
interface Leased {
  name: string;
  retry_count: number;
  lease_token: string;
}

/** Oldest first; of tasks that are equally old (put behind one lease), those first that `preferred` gives the lower number. */
const leasable = ({ now, tasks }: Model, preferred: (name: string) => number) =>
  tasks
    .filter(({ due, leasedUntil }) => due <= now && leasedUntil <= now)
    .sort((a, b) => a.due - b.due || preferred(a.name) - preferred(b.name));

/** A command by what it does; `check` is not needed: every command can be given at any time. */
const command = (text: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => text,
});

const enqueue = (tag: string | null, countdown: number) =>
  command(`enqueue ${tag} in ${countdown} ms`, async (model, { queue, pool }) => {
    const name = `t${model.used++}`;
    await pool.query(
      `select taskqueue.add($1, payload => 'x', name => $2, tag => $3, countdown => $4, transactional => false)`,
      [queue, name, tag, countdown / 1000],
    );
    model.tasks.push({
      name,
      tag,
      due: model.now + countdown,
      leasedUntil: Number.NEGATIVE_INFINITY,
      leases: 0,
      token: null,
      ends: [],
    });
    await pass(model, 1); // so that no two tasks are due at the same moment, mostly
  });

async function pass(model: Model, ms: number): Promise<void> {
  await clock.advance(ms / 1000);
  model.now += ms;
}

/** What the model gives for a lease; tasks that have used up their leases go. */
function leaseInModel(model: Model, chosen: ModelTask[], seconds: number): ModelTask[] {
  const spent = chosen.filter(({ leases }) => leases >= LIMIT);
  model.tasks = model.tasks.filter((task) => !spent.includes(task));
  const given = chosen.filter((task) => !spent.includes(task));
  for (const task of given) {
    task.leases += 1;
    task.leasedUntil = model.now + seconds * 1000;
    task.ends.push(task.leasedUntil);
  }
  return given;
}

/** Which tasks were put behind their leases is the floor's affair; that they are there, and nowhere else, is the model's. */
async function findPlaces(model: Model, { queue, pool, start }: Real): Promise<void> {
  const places = await rows<{ name: string; due: number }>(
    pool,
    `select t.name, round(extract(epoch from t.due - $2::timestamptz) * 1000)::int as due
     from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id where q.name = $1`,
    [queue, start],
  );
  for (const { name, due } of places) {
    const task = model.tasks.find((each) => each.name === name);
    if (!task) continue;
    expect([task.due, ...task.ends]).toContain(due);
    task.due = due;
  }
}

const lease = (seconds: number, most: number, by: 'all' | 'oldest' | 'red') =>
  command(`lease ${most} for ${seconds} s by ${by}`, async (model, real) => {
    const { queue, pool } = real;
    await findPlaces(model, real);
    const call = by === 'all' ? 'lease_tasks($1, $2, $3)' : 'lease_tasks_by_tag($1, $2, $3, $4)';
    const values = [queue, seconds, most, ...(by === 'all' ? [] : [by === 'red' ? 'red' : null])];
    const asked = rows<Leased>(pool, `select * from taskqueue.${call}`, values);
    if (model.paused) {
      expect(await refusalCode(asked)).toBe('TQ026');
      return;
    }
    const leased = await asked;
    const left = await rows<{ name: string }>(pool, 'select name from taskqueue.tasks where queue = $1', [queue]);
    const names = [
      ...model.tasks.map(({ name }) => name).filter((name) => left.every((task) => task.name !== name)), // used up
      ...leased.map(({ name }) => name),
    ];
    const candidates = leasable(model, (name) => (names.includes(name) ? names.indexOf(name) : names.length));
    const tag = by === 'red' ? 'red' : candidates[0]?.tag;
    const chosen = candidates.filter((task) => by === 'all' || task.tag === tag).slice(0, most);
    const expected = leaseInModel(model, chosen, seconds);
    expect(leased.map((task) => [task.name, task.retry_count])).toEqual(
      expected.map((task) => [task.name, task.leases]),
    );
    for (const [i, { name, lease_token }] of leased.entries()) {
      (expected[i] as ModelTask).token = lease_token;
      model.given.push({ name, token: lease_token });
    }
  });

/** One of the leases that were given, alive or not. */
const someLease = (model: Model, pick: number) => model.given[pick % Math.max(1, model.given.length)];

const renew = (pick: number, seconds: number) =>
  command(`${seconds > 0 ? 'renew' : 'release'} lease ${pick} for ${seconds} s`, async (model, { queue, pool }) => {
    const held = someLease(model, pick);
    if (held === undefined) return;
    const asked = rows(pool, 'select * from taskqueue.modify_task_leases($1, $2, $3, $4)', [
      queue,
      [held.name],
      [held.token],
      [seconds],
    ]);
    if (model.paused) {
      expect(await refusalCode(asked)).toBe('TQ026');
      return;
    }
    const task = model.tasks.find(
      ({ name, token, leasedUntil }) => name === held.name && token === held.token && leasedUntil > model.now,
    );
    expect(await asked).toHaveLength(task ? 1 : 0);
    if (!task) return;
    task.leasedUntil = model.now + seconds * 1000;
    task.ends = [...task.ends.map((end) => Math.min(end, task.leasedUntil)), task.leasedUntil];
    task.due = Math.min(task.due, task.leasedUntil);
    if (seconds === 0) task.token = null;
  });

const DELETES = {
  alone: 'select taskqueue.delete_task($1, $2, $3) as deleted',
  together: 'select deleted from taskqueue.delete_tasks($1, array[$2], array[$3::uuid])',
};

const remove = (pick: number, how: keyof typeof DELETES) =>
  command(`delete ${how} by lease ${pick}`, async (model, { queue, pool }) => {
    const held = someLease(model, pick);
    if (held === undefined) return;
    const task = model.tasks.find(({ name, token }) => name === held.name && token === held.token);
    expect(await value(pool, DELETES[how], [queue, held.name, held.token])).toBe(Boolean(task));
    model.tasks = model.tasks.filter((each) => each !== task);
  });

const purge = command('purge', async (model, { queue, pool }) => {
  await pool.query('select taskqueue.purge_queue($1)', [queue]);
  model.tasks = [];
});

const pause = command('pause', async (model, { queue, pool }) => {
  await pool.query('select taskqueue.pause_queue($1)', [queue]);
  model.paused = true;
});

const resume = command('resume', async (model, { queue, pool }) => {
  await pool.query('select taskqueue.resume_queue($1)', [queue]);
  model.paused = false;
});

const wait = (ms: number) => command(`let ${ms} ms pass`, (model) => pass(model, ms));

/** What the view shows is what the model has. */
const look = command('look', async (model, { queue, pool }) => {
  const shown = await rows(
    pool,
    'select name, state, retry_count from taskqueue.tasks where queue = $1 order by name',
    [queue],
  );
  const stateOf = ({ due, leasedUntil, leases }: ModelTask) => {
    if (leasedUntil > model.now) return 'leased';
    if (due > model.now) return leases > 0 ? 'retrying' : 'scheduled';
    return 'due';
  };
  const expected = model.tasks.map((task) => ({ name: task.name, state: stateOf(task), retry_count: task.leases }));
  expect(shown).toEqual(expected.sort((a, b) => (a.name < b.name ? -1 : 1)));
});

const tags = fc.constantFrom(null, 'red', 'blue');
const seconds = fc.constantFrom(0, 1, 5, 60);
const picks = fc.nat(50);
const commands = [
  fc.tuple(tags, fc.constantFrom(0, 0, 0, 2_000)).map(([tag, countdown]) => enqueue(tag, countdown)),
  fc.tuple(tags, fc.constant(0)).map(([tag, countdown]) => enqueue(tag, countdown)),
  fc
    .tuple(seconds, fc.integer({ min: 1, max: 4 }), fc.constantFrom('all', 'oldest', 'red'))
    .map((args) => lease(...(args as [number, number, 'all']))),
  fc.tuple(picks, seconds).map((args) => renew(...args)),
  fc.tuple(picks, fc.constantFrom('alone' as const, 'together' as const)).map((args) => remove(...args)),
  fc.constantFrom(500, 1_500, 6_000, 61_000).map(wait),
  fc.constantFrom(purge, pause, resume, resume, look, look),
];

test('leases, renewals, releases, deletions, purges and pauses, in any order', { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: 'max' }), async (given) => {
      const queue = `model-${++n}`;
      await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull', retry => $2)`, [
        queue,
        JSON.stringify({ task_retry_limit: LIMIT }),
      ]);
      const model: Model = { now: 0, paused: false, tasks: [], given: [], used: 0 };
      const real = { queue, start: await value<string>(db.pool, 'select taskqueue._now()::text'), pool: db.pool };
      await fc.asyncModelRun(() => ({ model, real }), [...given, look]);
    }),
    { numRuns: RUNS },
  );
});
