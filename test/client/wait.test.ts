// Lease calls that wait miss no task, send no statement meanwhile, and end when they should.

import { setTimeout as after } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type QueueHandle, TaskQueues } from '../../src/index.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { rows, value } from '../support/sql.ts';

const LONG = process.env.SOAK === 'wait';
const TASKS = LONG ? 8_000 : 800;
const LANES = 4;
/** Longer than a task may take if no caller has to poll. */
const LATE_MS = 5_000;

const database = useDatabase();
const opened: TaskQueues[] = [];
let name: string;

/** Task queues like those of another process. */
function open(): TaskQueues {
  const queues = new TaskQueues({ database: database.pool });
  opened.push(queues);
  return queues;
}

beforeEach(async () => {
  name = nextName('wait');
  await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [name]);
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((queues) => queues.close()));
});

const ask = { leaseSeconds: 60, maxTasks: 10, waitSeconds: 30 };
const payloads = (tasks: { payload: Uint8Array }[]) => tasks.map(({ payload }) => Buffer.from(payload).toString());

/** Resolves once this many lease calls sleep in total. */
const asleep = (sessions = 1) =>
  eventually(async () => {
    const waiting = await rows(
      database.pool,
      `select from pg_locks as l where classid = ${LOCKS.waiting} and l.database = (select oid from pg_database where datname = current_database())
         and exists (select from pg_stat_activity as a where a.pid = l.pid and a.state = 'idle' and a.query like '%next_due%')`,
    );
    expect(waiting).toHaveLength(sessions);
  });

/** Starts a lease call, waits until it sleeps, and returns its promise. */
async function waitFor(queue: QueueHandle, request: object = {}, sessions = 1) {
  const started = performance.now();
  const tasks = queue.leaseTasks({ ...ask, ...request });
  await asleep(sessions);
  return { tasks, started };
}

describe('a waiting lease call is woken', () => {
  test('by an add, and by a committed transaction', async () => {
    const queue = open().queue(name);
    const first = await waitFor(queue);
    await queue.add({ payload: 'a' });
    expect(payloads(await first.tasks)).toEqual(['a']);
    const second = await waitFor(queue);
    const client = await database.client();
    await client.query('begin');
    await queue.add({ payload: 'b' }, { transaction: client });
    await client.query('commit');
    expect(payloads(await second.tasks)).toEqual(['b']);
  });

  test('by every way of adding, and by a requeued dead task', async () => {
    const queue = open().queue(name);
    await queue.add({ payload: 'dead', name: 'dead', retryOptions: { taskRetryLimit: 1 } });
    for (let i = 0; i < 2; i++) await queue.leaseTasks({ ...ask, leaseSeconds: 0, waitSeconds: 0 });
    const ways: [() => Promise<unknown>, number][] = [
      [() => queue.add([{ payload: 'plain' }, { payload: 'batch' }]), 2],
      [() => queue.add({ payload: 'a', name: 'a-name' }), 1],
      [
        () =>
          queue.add([
            { payload: 'a', name: 'x' },
            { payload: 'b', name: 'y' },
          ]),
        2,
      ],
      [() => database.pool.query(`select taskqueue.requeue_task($1, 'dead')`, [name]), 1],
    ];
    for (const [way, count] of ways) {
      const { tasks } = await waitFor(queue);
      await way();
      expect(await tasks).toHaveLength(count);
    }
  });

  test('by an ETA that falls due, and by a lease that expires', async () => {
    const queue = open().queue(name);
    await queue.add({ payload: 'a', countdown: 0.3 });
    const [a] = await queue.leaseTasks({ ...ask, leaseSeconds: 0.4 });
    expect(a).toMatchObject({ retryCount: 1 });
    expect(await queue.leaseTasks(ask)).toMatchObject([{ name: a?.name, retryCount: 2 }]);
  });

  test('by a released task', async () => {
    const queue = open().queue(name);
    await queue.add({ payload: 'a' });
    const [task] = await queue.leaseTasks(ask);
    const { tasks } = await waitFor(queue);
    if (task) await queue.modifyTaskLease(task, 0);
    expect(await tasks).toMatchObject([{ retryCount: 2 }]);
  });

  test('by a task of its tag, and by no other', async () => {
    const queue = open().queue(name);
    const wanted = queue.leaseTasksByTag({ ...ask, tag: 'red' });
    await asleep();
    await queue.add({ payload: 'a', tag: 'blue' });
    await queue.add({ payload: 'b', tag: 'red' });
    expect(payloads(await wanted)).toEqual(['b']);
  });

  test('when another process that waited beside it has left', async () => {
    const leaving = new AbortController();
    const first = await waitFor(open().queue(name), { signal: leaving.signal });
    const staying = open().queue(name);
    const second = await waitFor(staying, {}, 2);
    leaving.abort();
    expect(await first.tasks).toEqual([]);
    await asleep();
    const added = performance.now();
    await staying.add({ payload: 'a' });
    expect(await second.tasks).toHaveLength(1);
    expect(performance.now() - added).toBeLessThan(LATE_MS);
  });

  test('even if its connection was lost meanwhile', async () => {
    const queue = open().queue(name);
    const { tasks } = await waitFor(queue);
    await database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgtaskqueue waiting' and datname = current_database()`,
    );
    await queue.add({ payload: 'a' });
    expect(payloads(await tasks)).toEqual(['a']);
  });

  test('by polling if it has no connection of its own', async () => {
    const queues = new TaskQueues({ database: database.pool, waitingConnection: false });
    const tasks = queues.queue(name).leaseTasks(ask);
    await queues.queue(name).add({ payload: 'a' });
    expect(await tasks).toHaveLength(1);
  });
});

describe('a wait ends', () => {
  test('with nothing when its time is up, when it is aborted, when the task queues are closed', async () => {
    const queues = open();
    const aborted = new AbortController();
    expect(await queues.queue(name).leaseTasks({ ...ask, waitSeconds: 0.05 })).toEqual([]);
    const first = await waitFor(queues.queue(name), { signal: aborted.signal });
    aborted.abort();
    expect(await first.tasks).toEqual([]);
    const second = await waitFor(queues.queue(name));
    await queues.close();
    expect(await second.tasks).toEqual([]);
  });

  test('immediately if the queue is paused, unknown or a push queue', async () => {
    const queues = open();
    await queues.queue(name).pause();
    await expect(queues.queue(name).leaseTasks(ask)).rejects.toThrow('is paused');
    await expect(queues.queue('none').leaseTasks(ask)).rejects.toThrow('no queue none');
    await expect(queues.queue('default').leaseTasks(ask)).rejects.toThrow('push queue');
  });

  test('before it begins, in a transaction or with an invalid waitSeconds', async () => {
    const queue = open().queue(name);
    const client = await database.client();
    await client.query('begin');
    await expect(queue.leaseTasks(ask, { transaction: client })).rejects.toThrow(TypeError);
    await expect(queue.leaseTasks({ ...ask, waitSeconds: -1 })).rejects.toThrow(RangeError);
    await expect(queue.leaseTasks({ ...ask, waitSeconds: '1' as never })).rejects.toThrow(TypeError);
  });
});

test('while it waits, no statement runs and no connection of the pool is in use', async () => {
  const pool = new pg.Pool({ connectionString: database.url, application_name: 'the application' });
  const queues = new TaskQueues({ database: pool });
  const { tasks } = await waitFor(queues.queue(name));
  const statements = () =>
    rows(
      database.pool,
      `select pid, query_start, state from pg_stat_activity where datname = current_database()
         and application_name in ('the application', 'pgtaskqueue waiting') order by pid`,
    );
  const before = await statements();
  expect(before).toMatchObject([{ state: 'idle' }, { state: 'idle' }]);
  await after(1_500); // that nothing happens can only be seen by letting time pass
  expect(await statements()).toEqual(before);
  expect(pool.idleCount).toBe(pool.totalCount);
  await queues.queue(name).add({ payload: 'a' });
  expect(await tasks).toHaveLength(1);
  await queues.close();
  await pool.end();
  await eventually(async () => expect(await statements()).toEqual([]));
});

/**
 * The closed loop: each lane adds its next task when the last was leased, after a delay that sweeps over the time in
 * which the lease call falls asleep. Every eighth transaction stays open for a moment. Two processes wait for each
 * queue. Returns the milliseconds that each task took.
 */
async function closedLoop(): Promise<number[]> {
  const took: number[] = [];
  const stop = new AbortController();
  const leased = new Map<string, () => void>();
  const processes = [open(), open()];
  const warm = new AbortController(); // both open their connections before the first task
  const warming = processes.map((queues) => queues.queue(name).leaseTasks({ ...ask, signal: warm.signal }));
  await asleep(2);
  warm.abort();
  await Promise.all(warming);
  const work = async (queue: QueueHandle) => {
    while (!stop.signal.aborted) {
      const tasks = await queue.leaseTasks({ ...ask, signal: stop.signal });
      for (const payload of payloads(tasks)) leased.get(payload)?.();
      await queue.deleteTasks(tasks);
    }
  };
  const lane = async (number: number) => {
    const queue = `${name}-${number}`;
    await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
    const workers = processes.map((queues) => work(queues.queue(queue)));
    const client = await database.client();
    for (let i = 0; i < TASKS / LANES && took.filter((ms) => ms > LATE_MS).length < 3; i++) {
      const payload = `${number}/${i}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      leased.set(payload, resolve);
      await client.query('begin');
      await client.query('select taskqueue.add($1, payload => $2)', [queue, payload]);
      if (i % 8 === 0) await after((i / 8) % 30);
      await client.query('commit');
      const committed = performance.now();
      await promise;
      took.push(performance.now() - committed);
      const until = performance.now() + ((i * 7 + number) % 80) / 10;
      if (i % 3 > 0) while (performance.now() < until) await after(0);
    }
    return workers;
  };
  const workers = await Promise.all(Array.from({ length: LANES }, (_, number) => lane(number)));
  stop.abort();
  await Promise.all(workers.flat());
  return took;
}

test('no wait misses a task: the closed loop', async () => {
  const took = await closedLoop();
  expect(took).toHaveLength(TASKS);
  expect(took.filter((ms) => ms > LATE_MS)).toEqual([]);
  expect(
    await value(database.pool, `select count(*)::integer from taskqueue.tasks where queue like $1`, [`${name}-%`]),
  ).toBe(0);
});

describe('in the transaction of a worker’s own writes', () => {
  test('a task is finished together with the writes, or not at all', async () => {
    const queue = open().queue(name);
    await database.pool.query('create table if not exists results (text text)');
    await queue.add([{ payload: 'a' }, { payload: 'b' }]);
    const [a, b] = await queue.leaseTasks({ leaseSeconds: 60, maxTasks: 2 });
    if (!a || !b) throw new Error('two tasks were added');
    const client = await database.client();
    await client.query('begin');
    await client.query(`insert into results values ('a')`);
    expect(await queue.deleteTask(a, { transaction: client })).toBe(true);
    await client.query('rollback');
    await client.query('begin');
    await client.query(`insert into results values ('b')`);
    expect(await queue.deleteTasks([b], { transaction: client })).toEqual([{ name: b.name, deleted: true }]);
    await client.query('commit');
    expect(await rows(database.pool, 'select text from results')).toEqual([{ text: 'b' }]);
    expect(await rows(database.pool, 'select name from taskqueue.tasks where queue = $1', [name])).toEqual([
      { name: a.name },
    ]);
  });

  test('a lease and its renewal are undone with a rollback', async () => {
    const queue = open().queue(name);
    await queue.add({ payload: 'a', tag: 'red' });
    const client = await database.client();
    await client.query('begin');
    const [task] = await queue.leaseTasksByTag({ leaseSeconds: 60, tag: 'red' }, { transaction: client });
    if (task) await queue.modifyTaskLease(task, 600, { transaction: client });
    await client.query('rollback');
    expect(await queue.leaseTasks({ leaseSeconds: 60 })).toMatchObject([{ retryCount: 1 }]);
  });

  test('many leased tasks are deleted by their leases', async () => {
    const queue = open().queue(name);
    await queue.add([{ payload: 'a' }, { payload: 'b' }]);
    const [lost, held] = await queue.leaseTasks({ leaseSeconds: 60, maxTasks: 2 });
    if (!lost || !held) throw new Error('two tasks were added');
    await queue.modifyTaskLease(lost, 0);
    await queue.leaseTasks({ leaseSeconds: 60 });
    expect((await queue.deleteTasks([lost, held])).map(({ deleted }) => deleted)).toEqual([false, true]);
    expect(await queue.deleteTasks([lost.name])).toEqual([{ name: lost.name, deleted: true }]);
  });
});
