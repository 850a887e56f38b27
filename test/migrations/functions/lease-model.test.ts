// Pull queues against a model: what fast-check does to the database by commands, a few lines of TypeScript do to a list, and both say the same. The
// clock is the test's.

import fc from 'fast-check';
import type pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { type MovableClock, movableClock } from '../../../src/testing/movable-clock.ts';
import { useDatabase } from '../../support/db.ts';
import { nextName } from '../../support/names.ts';
import { refusalCode, rows, value } from '../../support/sql.ts';

const RUNS = process.env.SOAK === 'model' ? 2_000 : 60;
const LIMIT = 3;

const db = useDatabase();
let clock: MovableClock;

beforeAll(async () => {
  clock = await movableClock(db.pool);
});

interface ModelTask {
  name: string;
  tag: string | null;
  due: number;
  /** Where it ranks among the others: since `due`, and not behind what is due after `behind`. Infinity: its lease is lost, and maybe nobody has noticed yet. */
  behind: number;
  leasedUntil: number;
  leases: number;
  token: string | null;
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

const leasable = ({ now, tasks }: Model) => tasks.filter(({ due, leasedUntil }) => due <= now && leasedUntil <= now);

/** Of these, the ones that have to be leased before the task. */
const before = (task: ModelTask, others: ModelTask[]) => others.filter(({ behind }) => behind < task.due);

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
      behind: model.now + countdown,
      leasedUntil: Number.NEGATIVE_INFINITY,
      leases: 0,
      token: null,
    });
    await pass(model, 1); // so that no two tasks are due at the same moment, mostly
  });

async function pass(model: Model, ms: number): Promise<void> {
  await clock.advance(ms / 1000);
  model.now += ms;
}

/** What a lease call has taken: a lost task that it must have come by is behind what is due by then. */
function notice(model: Model, taken: ModelTask[], left: ModelTask[], most: number): void {
  const reached = Math.max(...taken.filter(({ behind }) => behind < Infinity).map(({ due }) => due));
  for (const task of left)
    if (taken.length < most || task.due < reached) task.behind = Math.min(task.behind, model.now);
}

/** Leases until then; tasks that have used up their leases go. */
function leaseInModel(model: Model, taken: ModelTask[], seconds: number): void {
  model.tasks = model.tasks.filter((task) => !taken.includes(task) || task.leases < LIMIT);
  const end = model.now + seconds * 1000;
  for (const task of taken) {
    task.leases += 1;
    Object.assign(task, { leasedUntil: end, due: end, behind: Infinity });
  }
}

const lease = (seconds: number, most: number, by: 'all' | 'oldest' | 'red') =>
  command(`lease ${most} for ${seconds} s by ${by}`, async (model, { queue, pool }) => {
    const call = by === 'all' ? 'lease_tasks($1, $2, $3)' : 'lease_tasks_by_tag($1, $2, $3, $4)';
    const values = [queue, seconds, most, ...(by === 'all' ? [] : [by === 'red' ? 'red' : null])];
    const asked = rows<Leased>(pool, `select * from taskqueue.${call}`, values);
    if (model.paused) {
      expect(await refusalCode(asked)).toBe('TQ026');
      return;
    }
    const leased = await asked;
    const living = await rows<{ name: string }>(pool, 'select name from taskqueue.tasks where queue = $1', [queue]);
    const spent = model.tasks.filter(({ name }) => living.every((task) => task.name !== name));
    const given = leased.map(({ name }) => model.tasks.find((task) => task.name === name) as ModelTask);
    const taken = [...spent, ...given];
    const ready = leasable(model);
    const tag = by === 'red' ? 'red' : taken[0]?.tag;
    const asking = ready.filter((task) => by === 'all' || task.tag === tag);
    expect(asking).toEqual(expect.arrayContaining(taken));
    expect(taken).toHaveLength(Math.min(most, asking.length));
    if (taken.length === 0) expect(by === 'red' ? [] : ready).toEqual([]);
    if (by === 'oldest')
      expect(taken.length === 0 || taken.some((task) => before(task, ready).length === 0)).toBe(true);
    const left = asking.filter((task) => !taken.includes(task));
    for (const task of spent) expect(before(task, left)).toEqual([]);
    for (const [i, task] of given.entries()) expect(before(task, [...given.slice(i + 1), ...left])).toEqual([]);
    expect(spent.every(({ leases }) => leases >= LIMIT) && given.every(({ leases }) => leases < LIMIT)).toBe(true);
    notice(model, taken, left, most);
    leaseInModel(model, taken, seconds);
    for (const [i, { lease_token, retry_count }] of leased.entries()) {
      const task = given[i] as ModelTask;
      expect(retry_count).toBe(task.leases);
      task.token = lease_token;
      model.given.push({ name: task.name, token: lease_token });
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
    task.due = task.leasedUntil;
    if (seconds === 0) Object.assign(task, { token: null, behind: model.now });
  });

const fail = (pick: number, seconds: number) =>
  command(`fail lease ${pick}, retry in ${seconds} s`, async (model, { queue, pool }) => {
    const held = someLease(model, pick);
    if (held === undefined) return;
    const task = model.tasks.find(
      ({ name, token, leasedUntil }) => name === held.name && token === held.token && leasedUntil > model.now,
    );
    const failed = await rows(pool, `select * from taskqueue.modify_task_leases($1, $2, $3, $4, '{broken}')`, [
      queue,
      [held.name],
      [held.token],
      [seconds],
    ]);
    expect(failed).toHaveLength(task ? 1 : 0);
    if (!task) return;
    if (seconds === Infinity) model.tasks = model.tasks.filter((each) => each !== task);
    else {
      const due = model.now + seconds * 1000;
      Object.assign(task, { token: null, leasedUntil: Number.NEGATIVE_INFINITY, due, behind: due });
    }
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

/** The list goes by ETA, and shows the first of all. */
const list = (most: number) =>
  command(`list ${most}`, async (model, { queue, start, pool }) => {
    const listed = (limit: number) =>
      rows<{ name: string; eta: number }>(
        pool,
        'select name, round(extract(epoch from eta - $3::timestamptz) * 1000)::float8 as eta from taskqueue.list_tasks($1, $2)',
        [queue, limit, start],
      );
    const all = await listed(10_000);
    const etas = all.map(({ eta }) => eta);
    expect(etas).toEqual([...etas].sort((a, b) => a - b));
    expect((await listed(most)).map(({ eta }) => eta)).toEqual(etas.slice(0, most));
    for (const { name, eta } of all) {
      const task = model.tasks.find((each) => each.name === name) as ModelTask;
      expect(eta).toBeGreaterThanOrEqual(task.due);
      expect(eta).toBeLessThanOrEqual(Math.max(task.due, Math.min(task.behind, model.now)));
    }
  });

/** What a dispatcher does for the floor: what has been leased for long is put behind its lease. */
const keep = command('keep the floor', async (_, { queue, pool }) => {
  await pool.query(
    `select taskqueue.raise_floor($1, taskqueue.advance_floor($1, taskqueue._now() - interval '100 ms'))`,
    [queue],
  );
});

const tags = fc.constantFrom(null, 'red', 'blue');
const seconds = fc.constantFrom(0, 0.5, 1, 5, 60);
const picks = fc.nat(50);
const commands = [
  fc.tuple(tags, fc.constantFrom(0, 0, 0, 2_000)).map(([tag, countdown]) => enqueue(tag, countdown)),
  fc.tuple(tags, fc.constant(0)).map(([tag, countdown]) => enqueue(tag, countdown)),
  fc
    .tuple(seconds, fc.integer({ min: 1, max: 4 }), fc.constantFrom('all', 'oldest', 'red'))
    .map((args) => lease(...(args as [number, number, 'all']))),
  fc.tuple(picks, seconds).map((args) => renew(...args)),
  fc.tuple(picks, fc.constantFrom(0, 1, 5, Infinity)).map((args) => fail(...args)),
  fc.tuple(picks, fc.constantFrom('alone' as const, 'together' as const)).map((args) => remove(...args)),
  fc.constantFrom(500, 1_500, 6_000, 61_000).map(wait),
  fc.constantFrom(purge, pause, resume, resume, look, look),
  fc.integer({ min: 1, max: 4 }).map(list),
];

test.each([
  ['with a dispatcher', [...commands, fc.constant(keep)]],
  ['without a dispatcher', commands],
])('%s: leases, renewals, releases, deletions, purges and pauses', { timeout: 600_000 }, async (_, doings) => {
  await fc.assert(
    fc.asyncProperty(fc.commands(doings, { maxCommands: 40, size: 'max' }), async (given) => {
      const queue = nextName('model');
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
