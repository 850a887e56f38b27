// Tests PullWorker, property by property.

import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TaskQueues } from '../../src/index.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { LOCKS } from '../../src/schema/locks.ts';
import { type LeasedTask, PullWorker, type PullWorkerOptions, type WorkerHooks } from '../../src/worker.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { openRoute } from '../support/route.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();
const workers: PullWorker[] = [];
let queue: string;

beforeEach(async () => {
  queue = nextName('work');
  await database.pool.query(`select taskqueue.create_queue($1, mode => 'pull')`, [queue]);
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.stop({ deadlineSeconds: 0 })));
});

function make(options: Partial<PullWorkerOptions>): PullWorker {
  const worker = new PullWorker({
    database: database.pool,
    queue,
    logger: silentLogger,
    ...options,
  } as PullWorkerOptions);
  workers.push(worker);
  return worker;
}

const add = (...payloads: string[]) =>
  new TaskQueues({ database: database.pool }).queue(queue).add(payloads.map((payload) => ({ payload })));
const text = ({ payload }: LeasedTask) => Buffer.from(payload).toString();
const left = () =>
  value<number>(database.pool, 'select count(*)::integer from taskqueue.tasks where queue = $1', [queue]);
const states = () =>
  rows<{ state: string; retry_count: number }>(
    database.pool,
    'select state, retry_count from taskqueue.tasks where queue = $1 order by eta, name',
    [queue],
  );
const attempts = () =>
  rows(database.pool, 'select attempt, status, reason, error from taskqueue.attempts where queue = $1 order by ended', [
    queue,
  ]);
const none = () => eventually(async () => expect(await left()).toBe(0));
/** A handler that waits until it is released, and the function that releases it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { wait: promise, open: resolve };
}

describe('tasks', () => {
  test('are handled and deleted, both existing ones and those added later', async () => {
    const handled: string[] = [];
    await add('a', 'b');
    await make({ handler: (task) => handled.push(text(task)) }).start();
    await none();
    await add('c');
    await none();
    expect(handled).toEqual(['a', 'b', 'c']);
  });

  test('whose row is locked do not keep others from being finished', async () => {
    const client = await database.client();
    const handler = async (task: LeasedTask) => {
      if (text(task) !== 'locked') return;
      await client.query('begin');
      await client.query('select from taskqueue._tasks for update');
    };
    await add('locked');
    await make({ handler }).start();
    await eventually(async () => expect((await states())[0]?.state).toBe('leased'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await add('b', 'c');
    await eventually(async () => expect(await left()).toBe(1));
    await client.query('rollback');
    await none();
  });

  test('whose row is locked do not hold up those that end right after them either', async () => {
    const client = await database.client();
    const locked = gate();
    const handler = async (task: LeasedTask) => {
      if (text(task) === 'locked') {
        await client.query('begin');
        await client.query(`select from taskqueue._tasks order by id limit 1 for update`);
        locked.open();
      } else {
        await locked.wait;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    await add('locked');
    await add('b', 'c');
    await make({ handler }).start();
    await eventually(async () => expect(await left()).toBe(1));
    await client.query('rollback');
    await none();
  });

  test('run at most `concurrency` at a time, and no more are leased than there are free calls', async () => {
    const gates = [gate(), gate(), gate()];
    let running = 0;
    let most = 0;
    const handler = async () => {
      most = Math.max(most, ++running);
      await gates[running - 1]?.wait;
      running -= 1;
    };
    await add(...'abcdef');
    await make({ handler, concurrency: 3 }).start();
    await eventually(() => expect(running).toBe(3));
    expect((await states()).filter(({ state }) => state === 'leased')).toHaveLength(3);
    for (const { open } of gates) open();
    await none();
    expect(most).toBe(3);
  });

  test('are passed in batches to a batch handler, which may fail some of them', async () => {
    const batches: string[][] = [];
    await add(...'abcde');
    const failed: string[] = [];
    await make({
      batchSize: 3,
      concurrency: 1,
      backoff: () => 3600,
      hooks: { failed: (task) => failed.push(text(task)) },
      batchHandler: (tasks, { fail }) => {
        batches.push(tasks.map(text));
        for (const task of tasks) if (text(task) === 'b') fail(task, new Error('no b'));
      },
    }).start();
    await eventually(async () => expect(await left()).toBe(1));
    expect(batches).toEqual([
      ['a', 'b', 'c'],
      ['d', 'e'],
    ]);
    await eventually(() => expect(failed).toEqual(['b']));
  });

  test('of one tag only, or tag by tag', async () => {
    const tagged = new TaskQueues({ database: database.pool }).queue(queue);
    for (const tag of ['red', 'blue', 'red']) await tagged.add({ payload: tag, tag });
    const seen: string[][] = [];
    const batchHandler = (tasks: readonly LeasedTask[]) => void seen.push(tasks.map(text));
    expect(await make({ tag: 'blue', batchHandler }).runOnce()).toEqual({ done: 1, failed: 0, lost: 0 });
    await tagged.add({ payload: 'blue', tag: 'blue' });
    const each = make({ tag: true, batchHandler });
    await each.runOnce();
    await each.runOnce();
    expect(seen).toEqual([['blue'], ['red', 'red'], ['blue']]);
  });

  test('are handled once with runOnce, which does not wait', async () => {
    await add(...'abc');
    const worker = make({
      batchSize: 2,
      handler: (task) => {
        if (text(task) === 'b') throw new Error('no b');
      },
    });
    expect(await worker.runOnce()).toEqual({ done: 1, failed: 1, lost: 0 });
    expect(await worker.runOnce()).toEqual({ done: 1, failed: 0, lost: 0 });
    expect(await worker.runOnce()).toEqual({ done: 0, failed: 0, lost: 0 });
  });
});

describe('a lease', () => {
  test('is renewed while its task is being handled', async () => {
    const held = gate();
    await add('a');
    await make({ leaseSeconds: 0.4, handler: () => held.wait }).start();
    const leaseEnd = () =>
      value<Date>(database.pool, 'select lease_until from taskqueue.tasks where queue = $1', [queue]);
    const seen = new Set<number>();
    await eventually(async () => expect(seen.add((await leaseEnd()).getTime()).size).toBeGreaterThan(5));
    expect(await states()).toEqual([{ state: 'leased', retry_count: 1 }]);
    held.open();
    await none();
  });

  test('that is lost aborts the handler, whose task is not finished', async () => {
    await add('a');
    const lost: string[] = [];
    let aborted: unknown;
    await make({
      leaseSeconds: 0.3,
      hooks: { lost: (task) => lost.push(text(task)) },
      handler: (_, { signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            aborted = signal.reason;
            resolve(undefined);
          }),
        ),
    }).start();
    await eventually(async () => expect(await states()).toMatchObject([{ state: 'leased' }]));
    await database.pool.query(
      `update taskqueue._tasks set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + interval '1 h'`,
    );
    await eventually(() => expect(lost).toEqual(['a']));
    expect(aborted).toMatchObject({ name: 'TaskLeaseExpiredError' });
    expect(await left()).toBe(1);
  });
});

describe('a task that fails', () => {
  test('is retried after a growing time', async () => {
    await add('a');
    const waits: (number | undefined)[] = [];
    await make({
      backoff: { minSeconds: 0.02, maxSeconds: 0.06 },
      hooks: { failed: (_, __, seconds) => waits.push(seconds) },
      handler: ({ retryCount }) => {
        if (retryCount < 5) throw new Error('again');
      },
    }).start();
    await none();
    const longest = [0.02, 0.04, 0.06, 0.06];
    expect(waits).toHaveLength(4);
    for (const [i, seconds] of waits.entries()) {
      expect(seconds).toBeLessThanOrEqual(longest[i] ?? 0);
      expect(seconds).toBeGreaterThanOrEqual((longest[i] ?? 0) / 2);
    }
  });

  test('has an attempt with its error, and is held by nobody during its back-off', async () => {
    await add('a');
    await make({ backoff: () => 3600, handler: () => Promise.reject(new TypeError('550 no such\0user')) }).runOnce();
    expect(await states()).toEqual([{ state: 'retrying', retry_count: 1 }]);
    expect(await attempts()).toEqual([
      { attempt: 1, status: 0, reason: 'App Error', error: 'TypeError: 550 no such\ufffduser' },
    ]);
  });

  test('has its error recorded while its queue is paused', async () => {
    await add('a');
    const handler = async () => {
      await database.pool.query('select taskqueue.pause_queue($1)', [queue]);
      throw new Error('busy');
    };
    expect(await make({ handler }).runOnce()).toEqual({ done: 0, failed: 1, lost: 0 });
    expect(await attempts()).toMatchObject([{ error: 'Error: busy' }]);
  });

  test('is dead when the back-off function says so', async () => {
    await add('a');
    const failed: unknown[] = [];
    const worker = make({
      backoff: () => undefined,
      hooks: { failed: (_, error, seconds) => failed.push(error, seconds) },
      handler: () => Promise.reject(new Error('never')),
    });
    await worker.runOnce();
    expect(failed).toEqual([new Error('never'), undefined]);
    expect(await left()).toBe(0);
    const dead = await rows(database.pool, 'select reason, error from taskqueue.dead_tasks where queue = $1', [queue]);
    expect(dead).toEqual([{ reason: 'Permanent Failure', error: 'Error: never' }]);
  });

  test("may have passed its deadline, and its handler's signal aborts", async () => {
    await add('a');
    const held = gate();
    let reason: unknown;
    const worker = make({
      deadlineSeconds: 0.05,
      handler: (_, { signal }) => {
        signal.addEventListener('abort', () => {
          reason = signal.reason;
        });
        return held.wait; // ignores its signal
      },
    });
    expect(await worker.runOnce()).toEqual({ done: 0, failed: 1, lost: 0 });
    expect(reason).toMatchObject({ name: 'TimeoutError' });
    held.open();
  });
});

describe('finishing within a transaction', () => {
  const inTransaction = async (work: (client: pg.Client) => Promise<unknown>) => {
    const client = await database.client();
    await client.query('begin');
    await work(client).then(
      () => client.query('commit'),
      async (error) => {
        await client.query('rollback');
        throw error;
      },
    );
  };

  test('commits the handler’s writes together with the task’s deletion', async () => {
    await database.pool.query('create table written (text text)');
    await add('a', 'b');
    let attempts = 0;
    const worker = make({
      concurrency: 1,
      backoff: () => 0,
      handler: (task, { finish }) =>
        inTransaction(async (client) => {
          attempts += 1;
          await client.query('insert into written values ($1)', [text(task)]);
          await finish({ transaction: client });
          if (text(task) === 'b' && task.retryCount === 1) throw new Error('before the commit');
        }),
    });
    await worker.start();
    await none();
    expect(attempts).toBe(3);
    expect(await rows(database.pool, 'select text from written order by text')).toEqual([{ text: 'a' }, { text: 'b' }]);
  });

  test('fails if the lease is lost, so that the writes are rolled back', async () => {
    await add('a');
    const problems: string[] = [];
    const worker = make({
      handler: (task, { finish }) =>
        inTransaction(async (client) => {
          await database.pool.query('select taskqueue.delete_task($1, $2)', [queue, task.name]);
          await finish({ transaction: client }).catch((error: Error) => {
            problems.push(error.name);
            throw error;
          });
        }),
    });
    expect(await worker.runOnce()).toEqual({ done: 0, failed: 0, lost: 1 });
    expect(problems).toEqual(['TaskLeaseExpiredError']);
  });
});

test('finishing after the deadline is rejected although the lease is held', async () => {
  await add('a');
  const late = gate();
  const refused = Promise.withResolvers<unknown>();
  const worker = make({
    deadlineSeconds: 0.05,
    handler: async (_, { finish }) => {
      await late.wait;
      const client = await database.client();
      await client.query('begin');
      await finish({ transaction: client }).then(refused.resolve, refused.resolve);
      await client.query('rollback');
    },
  });
  expect(await worker.runOnce()).toEqual({ done: 0, failed: 1, lost: 0 });
  late.open();
  expect(await refused.promise).toMatchObject({ name: 'TimeoutError' });
});

describe('a stop', () => {
  test('waits for running calls, releases waiting tasks, and leases nothing more', async () => {
    const held = gate();
    await add(...'abc');
    const worker = make({ concurrency: 1, batchSize: 3, handler: () => held.wait });
    await worker.start();
    await eventually(async () =>
      expect((await states()).map(({ state }) => state)).toEqual(['leased', 'leased', 'leased']),
    );
    const stopped = worker.stop({ deadlineSeconds: 30 });
    await eventually(async () => expect((await states()).filter(({ state }) => state === 'leased')).toHaveLength(1));
    held.open();
    await stopped;
    expect(await left()).toBe(2);
    await worker.stop();
    await expect(worker.start()).rejects.toThrow('was stopped');
  });

  test('fails calls that are not done at its deadline: their tasks are retried after the back-off', async () => {
    let aborted = false;
    const failures: unknown[] = [];
    await add('a');
    const worker = make({
      handler: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
        }),
      backoff: { minSeconds: 300, maxSeconds: 300 },
      hooks: { failed: (_, error, retrySeconds) => failures.push([String(error), Number(retrySeconds) >= 150]) },
    });
    await worker.start();
    await worker.start();
    await eventually(async () => expect(await states()).toMatchObject([{ state: 'leased' }]));
    await worker.stop({ deadlineSeconds: 0.05 });
    expect(aborted).toBe(true);
    expect(failures).toEqual([[expect.stringContaining('was stopped'), true]]);
    const [task] = await rows<{ eta: Date }>(database.pool, 'select eta from taskqueue.tasks where queue = $1', [
      queue,
    ]);
    expect(task?.eta.getTime()).toBeGreaterThan(Date.now() + 100_000);
  });

  test('ends soon after its deadline even if the database does not answer', async () => {
    const route = await openRoute(database.url);
    await add('a');
    const started = Promise.withResolvers<void>();
    const worker = make({
      database: route.url,
      handler: () => {
        started.resolve();
        return new Promise(() => {});
      },
    });
    await worker.start();
    await started.promise;
    route.freeze();
    const since = performance.now();
    await worker.stop({ deadlineSeconds: 0.5 });
    expect(performance.now() - since).toBeLessThan(30_000);
    await route.close();
  });

  test('before a start does no harm', async () => {
    const worker = make({ handler: () => {} });
    await worker.stop();
    await worker.stop();
  });
});

describe('trouble', () => {
  test('a paused queue is waited for', async () => {
    const handle = new TaskQueues({ database: database.pool }).queue(queue);
    await handle.pause();
    const worker = make({ handler: () => {} });
    await worker.start();
    await add('a');
    await eventually(async () => {
      const sleeping = `select from pg_locks where classid = ${LOCKS.waiting} and database = (select oid from pg_database where datname = current_database())`;
      expect(await rows(database.pool, sleeping)).not.toEqual([]);
    });
    await handle.resume();
    await none();
  });

  test('if a queue is paused while a task is handled, the task can be finished, and a failure is no trouble', async () => {
    const handle = new TaskQueues({ database: database.pool }).queue(queue);
    await add('fine');
    await add('bad');
    const seen: string[] = [];
    const worker = make({
      leaseSeconds: 1,
      batchSize: 2,
      handler: async (task) => {
        await handle.pause();
        await new Promise((resolve) => setTimeout(resolve, 700)); // past the renewal, which is rejected
        if (text(task) === 'bad') throw new Error('no');
      },
      hooks: { trouble: () => seen.push('trouble'), lost: () => seen.push('lost'), failed: () => seen.push('failed') },
    });
    expect(await worker.runOnce()).toEqual({ done: 1, failed: 1, lost: 0 });
    expect(seen).toEqual(['failed']);
    await handle.resume();
    await eventually(async () => expect(await states()).toMatchObject([{ state: 'due' }]));
  });

  test('lost connections are replaced, even in a pool without listeners', async () => {
    const pool = new pg.Pool({ connectionString: database.url, application_name: 'worked with', max: 3 });
    const troubles: unknown[] = [];
    const handled: string[] = [];
    const worker = make({
      database: pool,
      hooks: { trouble: (error) => troubles.push(error) },
      handler: (task) => handled.push(text(task)),
    });
    await worker.start();
    for (let i = 0; i < 20; i++) {
      await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
           and application_name in ('worked with', 'pgtaskqueue waiting')`,
      );
      await add(`${i}`);
    }
    await none();
    expect(new Set(handled).size).toBe(20);
    await worker.stop();
    await pool.end();
  });

  test('a hook that throws does no harm', async () => {
    await add('a');
    const hooks = {
      settled() {
        throw new Error('a metric');
      },
      claimed: () => Promise.reject(new Error('a metric')),
    };
    const error = vi.fn();
    const worker = make({ hooks, logger: { ...silentLogger, error }, handler: () => {} });
    expect(await worker.runOnce()).toEqual({ done: 1, failed: 0, lost: 0 });
    expect(error.mock.calls.map(([message, { hook }]) => [message, hook])).toEqual([
      ['a hook failed', 'claimed'],
      ['a hook failed', 'settled'],
    ]);
  });

  test('hooks are told each step of a task', async () => {
    await add('good', 'bad', 'hopeless');
    const told: unknown[] = [];
    const hooks: WorkerHooks = {
      claimed: (task) => told.push(['claimed', text(task)]),
      sent: (task) => told.push(['sent', text(task)]),
      settled: (task, { result, error, retrySeconds }) => {
        told.push(['settled', text(task), result, error && String(error), retrySeconds]);
      },
      failed: (task) => told.push(['failed', text(task)]),
      dead: (task, error) => told.push(['dead', text(task), String(error)]),
    };
    const handler = (task: LeasedTask) => {
      if (text(task) !== 'good') throw new Error(`no ${text(task)}`);
    };
    await make({ hooks, handler, backoff: (task) => (text(task) === 'bad' ? 7 : undefined) }).runOnce();
    const of = (task: string) => told.filter((each) => (each as string[])[1] === task);
    const begin = (task: string) => [
      ['claimed', task],
      ['sent', task],
    ];
    expect(of('good')).toEqual([...begin('good'), ['settled', 'good', 'completed', undefined, undefined]]);
    expect(of('bad')).toEqual([...begin('bad'), ['settled', 'bad', 'retry', 'Error: no bad', 7], ['failed', 'bad']]);
    expect(of('hopeless')).toEqual([
      ...begin('hopeless'),
      ['settled', 'hopeless', 'dead', 'Error: no hopeless', undefined],
      ['failed', 'hopeless'],
      ['dead', 'hopeless', 'Error: no hopeless'],
    ]);
  });

  test('failures are logged once and then counted, and a task that is dropped is an error', async () => {
    await add('a', 'b', 'c');
    const lines: unknown[] = [];
    const line = (level: string) => (message: string, fields?: object) => lines.push([level, message, fields]);
    const logger = { ...silentLogger, warn: line('warn'), error: line('error') };
    const handler = () => Promise.reject(new RangeError('too big'));
    const worker = make({ logger, handler, backoff: (task) => (text(task) === 'a' ? undefined : 60) });
    await worker.runOnce();
    await worker.stop();
    const about = { queue, reason: 'RangeError' };
    expect(lines).toHaveLength(3);
    expect(lines).toContainEqual(['error', 'a task died', expect.objectContaining({ queue, attempt: 1 })]);
    expect(lines).toContainEqual(['warn', 'a task failed', expect.objectContaining({ ...about, attempt: 1 })]);
    expect(lines).toContainEqual(['warn', 'tasks keep failing', expect.objectContaining({ ...about, failures: 2 })]);
  });

  test.each([
    [{ handler: undefined }, 'either a handler or a batchHandler'],
    [{ handler() {}, batchHandler() {} }, 'either a handler or a batchHandler'],
    [{ handler() {}, leaseSeconds: 0 }, 'leaseSeconds must be more than 0 and at most 604800, got 0'],
    [{ handler() {}, concurrency: 1.5 }, 'concurrency must be a whole number of at least 1, got 1.5'],
    [{ handler() {}, batchSize: 1001 }, 'batchSize must be a whole number from 1 to 1000, got 1001'],
    [{ handler() {}, leaseSecond: 1 }, 'did you mean leaseSeconds'],
    [{ handler: 'resize' }, 'handler must be a function, got "resize"'],
    [{ handler() {}, waitSeconds: '5' }, 'waitSeconds must be more than 0 and at most 604800, got "5"'],
    [{ handler() {}, queue: undefined }, 'queue must be a string, got undefined'],
    [{ handler() {}, hooks: { trubble() {} } }, 'unknown property "trubble" in hooks; did you mean trouble?'],
    [
      { handler() {}, backoff: { minSeconds: -1 } },
      'backoff.minSeconds must be more than 0 and at most 604800, got -1',
    ],
    [{ handler() {}, backoff: 5 }, 'backoff must be an object, got number'],
    [{ handler() {}, logger: {} }, 'logger must be the console or a logger of winston or pino'],
  ])('options %j are rejected', (options, message) => {
    expect(() => make(options as never)).toThrow(message);
  });
});
