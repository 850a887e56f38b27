import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import type { DispatcherOptions } from '../../src/dispatcher/options.ts';
import { eventually } from '../support/eventually.ts';
import { nextName } from '../support/names.ts';
import { openRoute } from '../support/route.ts';
import { useDispatchers } from './harness.ts';

const harness = useDispatchers();
let queue: string;

beforeEach(async () => {
  queue = nextName('running');
  await harness.createQueue(queue);
});

const sql = async (text: string, ...values: unknown[]) => (await harness.database.pool.query(text, values)).rows;

/** Process ids of the connections that dispatchers have to this database. */
async function backends(role = ''): Promise<number[]> {
  const rows = await sql(
    `select pid from pg_stat_activity where datname = current_database() and application_name like 'pgtaskqueue%' || $1`,
    role,
  );
  return rows.map(({ pid }) => pid);
}

test('a task with an ETA in the near future does not wait for the poll', async () => {
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  const added = performance.now();
  await harness.add(queue, { url: '/later', countdown: 0.3 });
  await eventually(() => harness.target.requests.length === 1);
  const seconds = ((harness.target.requests[0]?.at ?? 0) - added) / 1000;
  expect(seconds).toBeGreaterThanOrEqual(0.29);
});

test('a retry starts when its back-off ends, without waiting for the poll', async () => {
  harness.target.answer([500, 500, 500, 200]);
  await harness.dispatcher({ pollSeconds: 3600 }).start();
  await harness.add(queue, { url: '/retried' });
  await eventually(() => harness.target.requests.length === 4);
  const times = harness.target.requests.map(({ at }) => at);
  const delays = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  [100, 200, 400].forEach((backoff, i) => {
    expect(delays[i]).toBeGreaterThanOrEqual(backoff - 2);
  });
});

test('statistics are recorded, and the view shows the executed tasks', async () => {
  await harness.dispatcher().start();
  await harness.addMany(queue, 30);
  await eventually(async () => {
    const [row] = await sql(
      'select executed_last_minute::integer as executed from taskqueue.queues where name = $1',
      queue,
    );
    expect(row?.executed).toBe(30);
  });
});

describe('several dispatchers', () => {
  test('share the queues, and each task is delivered once', async () => {
    const more = Array.from({ length: 5 }, (_, i) => `${queue}-${i}`);
    for (const name of more) await harness.createQueue(name);
    const dispatchers = [harness.dispatcher(), harness.dispatcher()];
    for (const dispatcher of dispatchers) await dispatcher.start();
    await eventually(async () => {
      const shares = await sql('select cardinality(queues) as led from taskqueue.dispatchers order by 1');
      expect(shares.map(({ led }) => led)).toEqual([3, 4]); // this test's six, and default
    });
    for (const name of more) await harness.addMany(name, 50);
    await eventually(() => harness.target.requests.length >= 250);
    const names = harness.target.requests.map(({ headers }) => headers['x-appengine-taskname']);
    expect(new Set(names).size).toBe(250);
    expect(names).toHaveLength(250);
  });

  test('one that stops leaves its queues to the other within seconds', async () => {
    const [first, second] = [harness.dispatcher(), harness.dispatcher()];
    await first.start();
    await second.start();
    await first.stop();
    await eventually(async () => {
      const rows = await sql('select queues from taskqueue.dispatchers');
      expect(rows).toHaveLength(1);
      expect(rows[0]?.queues).toContain(queue);
    });
    await harness.add(queue, { url: '/x' });
    await eventually(() => harness.target.requests.length === 1);
  });
});

describe('connections that die', () => {
  test('with every backend terminated repeatedly, the process survives and work continues', async () => {
    const crashes: unknown[] = [];
    const onCrash = (error: unknown) => crashes.push(error);
    process.on('uncaughtException', onCrash).on('unhandledRejection', onCrash);
    await harness.dispatcher().start();
    for (let round = 0; round < 3; round++) {
      const before = await backends();
      await sql('select pg_terminate_backend(pid) from unnest($1::integer[]) as pid', before);
      await harness.addMany(queue, 10);
      await eventually(() => expect(harness.target.requests.length).toBeGreaterThanOrEqual(10 * (round + 1)));
    }
    await eventually(async () => expect(await harness.tasks(queue)).toEqual([]));
    process.off('uncaughtException', onCrash).off('unhandledRejection', onCrash);
    expect(crashes).toEqual([]);
  });

  test('a lost notification does no harm: once the listener is back, the dispatcher checks immediately', async () => {
    await harness.dispatcher({ pollSeconds: 3600 }).start();
    await harness.add(queue, { url: '/warm-up' });
    await eventually(() => harness.target.requests.length === 1);
    const [listener] = await backends(' listener');
    await sql('select pg_terminate_backend($1)', listener);
    await harness.addMany(queue, 10);
    await eventually(() => harness.target.requests.length === 11);
  });

  test('while the claiming connection is lost nothing is claimed, and another dispatcher leads', async () => {
    await harness.dispatcher().start();
    const [claiming] = await backends(' dispatcher');
    await harness.dispatcher().start();
    await sql('select pg_terminate_backend($1)', claiming);
    await eventually(async () => {
      const rows = await sql('select unnest(queues) as queue from taskqueue.dispatchers');
      expect(rows.map((row) => row.queue)).toContain(queue);
      expect(await backends(' dispatcher')).toHaveLength(2);
    });
  });
});

describe('stopping', () => {
  test('awaits the deliveries under way and settles them', async () => {
    let answer = () => {};
    harness.target.answer(() => new Promise((resolve) => (answer = () => resolve(200))));
    const dispatcher = harness.dispatcher();
    await dispatcher.start();
    await harness.add(queue, { url: '/slow' });
    await eventually(() => harness.target.requests.length === 1);
    const stopping = dispatcher.stop();
    await harness.add(queue, { url: '/not-any-more' });
    answer();
    await stopping;
    expect((await harness.tasks(queue)).map(({ url }) => url)).toEqual(['/not-any-more']);
    await eventually(async () => expect(await backends()).toEqual([]));
  });

  test('a delivery that outlasts the deadline is cut off: a failed attempt, retried after its back-off', async () => {
    await sql(`select taskqueue.update_queue($1, retry => '{"min_backoff_seconds": 5}')`, queue);
    harness.target.answer(() => new Promise(() => {}));
    const inProcess = vi.fn(() => new Promise<Response>(() => {}));
    const dispatcher = harness.dispatcher({ targets: { default: harness.target.url, here: inProcess } });
    await dispatcher.start();
    await harness.add(queue, { url: '/endless', name: 'a' });
    await harness.add(queue, { url: '/endless', name: 'b', target: 'here' });
    await eventually(() => expect(harness.target.requests.length + inProcess.mock.calls.length).toBe(2));
    await dispatcher.stop({ deadlineSeconds: 0.1 });
    const cut = { state: 'retrying', retry_count: 1, last_status: 0 };
    const tasks = await harness.tasks(queue);
    expect(tasks).toMatchObject([cut, cut]);
    for (const { eta } of tasks) expect(eta.getTime()).toBeLessThan(Date.now() + 10_000); // and not when its lease would have expired
    const kept = await sql('select name, reason, error from taskqueue.attempts where queue = $1 order by name', queue);
    expect(kept).toMatchObject([
      { name: 'a', reason: 'Instance Unavailable', error: expect.stringContaining('was stopped') },
      { name: 'b', reason: 'Instance Unavailable', error: expect.stringContaining('was stopped') },
    ]);
  });

  test('while the database does not answer, stopping ends as soon as the deliveries have ended', async () => {
    const route = await openRoute(harness.database.url);
    const dispatcher = harness.dispatcher({ database: route.url });
    await dispatcher.start();
    route.freeze();
    const since = performance.now();
    await dispatcher.stop({ deadlineSeconds: 60 });
    expect(performance.now() - since).toBeLessThan(30_000);
    await route.close();
  });

  test('stopping twice, or without a start, does no harm; after a stop there is no start', async () => {
    const dispatcher = harness.dispatcher();
    await dispatcher.start();
    await Promise.all([dispatcher.stop(), dispatcher.stop()]);
    await expect(dispatcher.start()).rejects.toThrow('was stopped');
    await harness.dispatcher().stop();
  });
});

describe('options', () => {
  const database = 'postgres://localhost/x';

  test.each<[Record<string, unknown>, string]>([
    [{ concurrency: 0 }, 'concurrency must be a whole number of at least 1, got 0'],
    [{ concurrency: '7' }, 'concurrency must be a whole number of at least 1, got "7"'],
    [{ pollSeconds: 0 }, 'pollSeconds must be more than 0, got 0'],
    [{ pollSeconds: '5' }, 'pollSeconds must be more than 0, got "5"'],
    [{ allowUrls: 'example.com' }, 'allowUrls must be a list, got string'],
    [{ targets: { web: 42 } }, 'the target "web" must be a URL or a fetch function, got number'],
    [
      { targets: { web: 'localhost:3000' } },
      'the target "web" must be a URL or a fetch function, got "localhost:3000"',
    ],
    [{ targts: {} }, 'unknown property "targts" in the options of Dispatcher; did you mean targets?'],
    [{ hooks: { daed() {} } }, 'unknown property "daed" in hooks; did you mean dead?'],
    [{ hooks: { dead: 'x' } }, 'hooks.dead must be a function, got "x"'],
    [{ development: { retry: false } }, 'unknown property "retry" in development; did you mean retries?'],
    [
      { logger: {} },
      'logger must be the console or a logger of winston or pino, with debug, info, warn, error, got object',
    ],
  ])('%j: %s', (wrong, sentence) => {
    expect(() => new Dispatcher({ database, ...wrong } as DispatcherOptions)).toThrow(sentence);
  });

  test('that are none', () => {
    expect(() => new Dispatcher(database as never)).toThrow('the options of Dispatcher must be an object, got string');
  });

  test('of a stop are checked before anything stops', async () => {
    const dispatcher = harness.dispatcher();
    await expect(dispatcher.stop({ deadlineSeconds: -1 })).rejects.toThrow(
      'deadlineSeconds must be at least 0, got -1',
    );
    expect(await dispatcher.runOnce()).toMatchObject({ claimed: 0 });
  });
});
