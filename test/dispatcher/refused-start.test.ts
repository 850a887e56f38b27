// A dispatcher or worker that can never work says so when it starts; one whose database is away says so and waits.

import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Dispatcher } from '../../src/dispatcher/dispatcher.ts';
import { type Logger, silentLogger } from '../../src/runtime/logger.ts';
import { PullWorker, type PullWorkerOptions } from '../../src/worker.ts';
import { bareDatabase } from '../support/bare-database.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { dropLogins, newLogin } from '../support/logins.ts';
import { openRoute } from '../support/route.ts';

const database = useDatabase();
const UNREACHABLE = 'postgres://nobody@127.0.0.1:1/none';

beforeAll(async () => {
  await database.pool.query(`select taskqueue.create_queue('mail', mode => 'pull'), taskqueue.create_queue('push')`);
  await database.pool.query(`select taskqueue.create_queue('gone', mode => 'pull'), taskqueue.delete_queue('gone')`);
});
afterAll(() => dropLogins(database.url));

/** Makes the schema one that is older than every program. */
async function makeOlder(): Promise<void> {
  const negate = 'update taskqueue.schema_versions set version = 0 - version';
  await database.pool.query(negate);
  onTestFinished(async () => void (await database.pool.query(negate)));
}

const NO_SCHEMA = {
  name: 'SchemaVersionError',
  message: 'the database has no taskqueue schema: run pgtaskqueue migrate',
};
const OLDER = {
  name: 'SchemaVersionError',
  message: expect.stringMatching(/^the database's schema must have version \d+ or later, got -\d+: run/),
};
const DENIED = { name: 'PermissionDeniedError' };

type Begin<Subject> = [string, (subject: Subject) => Promise<unknown>];

describe.each<Begin<Dispatcher>>([
  ['start', (one) => one.start()],
  ['runOnce', (one) => one.runOnce()],
])('%s of a dispatcher is rejected', (_, begin) => {
  function beginning(url: string): Promise<unknown> {
    const dispatcher = new Dispatcher({ database: url, targets: {}, logger: silentLogger });
    onTestFinished(() => dispatcher.stop());
    return begin(dispatcher);
  }

  test('without a schema', async () => {
    await expect(beginning((await bareDatabase()).url)).rejects.toMatchObject(NO_SCHEMA);
  });

  test('on an older schema than it needs', async () => {
    await makeOlder();
    await expect(beginning(database.url)).rejects.toMatchObject(OLDER);
  });

  test('for a login without rights', async () => {
    await expect(beginning(await newLogin(database.url, []))).rejects.toMatchObject(DENIED);
    await expect(beginning(await newLogin(database.url, ['taskqueue_viewer']))).rejects.toMatchObject(DENIED);
  });

  test('if the database is unreachable', async () => {
    await expect(beginning(UNREACHABLE)).rejects.toMatchObject({ name: 'TransientError', retryable: true });
  });
});

test('a dispatcher whose database goes away says so once a reason, tells the hook, and says when it is back', async () => {
  const route = await openRoute(database.url);
  onTestFinished(() => route.close());
  const lines: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (line) => lines.push(line) };
  const troubles: unknown[] = [];
  const hooks = { trouble: (error: unknown) => troubles.push(error) };
  const dispatcher = new Dispatcher({ database: route.url, targets: {}, logger, hooks });
  onTestFinished(() => dispatcher.stop({ deadlineSeconds: 0 }));
  await dispatcher.start();
  route.leadTo(UNREACHABLE);
  route.cut();
  await eventually(() => expect(troubles.length).toBeGreaterThanOrEqual(6));
  const retrying = lines.filter((line) => line === 'refreshing the queues failed; retrying');
  expect(retrying.length).toBeGreaterThan(0);
  expect(retrying.length).toBeLessThan(troubles.length - 2);
  route.leadTo(database.url);
  await eventually(() => expect(lines).toContain('refreshing the queues works again'));
  await eventually(() => expect(lines).toContain('listening again'));
});

describe('the start of a worker', () => {
  const workers: PullWorker[] = [];
  afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.stop({ deadlineSeconds: 0 }))));

  function worker(options: Partial<PullWorkerOptions>): PullWorker {
    const common = { database: database.url, queue: 'mail', handler: () => {}, logger: silentLogger };
    const made = new PullWorker({ ...common, ...options } as PullWorkerOptions);
    workers.push(made);
    return made;
  }

  test.each([
    ['nobody-made-it', { name: 'UnknownQueueError' }],
    ['gone', { name: 'TombstonedQueueError' }],
    ['push', { name: 'InvalidQueueModeError' }],
    ['no queue!', { name: 'InvalidQueueNameError' }],
  ])('on the queue %s is rejected', async (queue, error) => {
    await expect(worker({ queue }).start()).rejects.toMatchObject(error);
  });

  test('without a schema is rejected', async () => {
    await expect(worker({ database: (await bareDatabase()).url }).start()).rejects.toMatchObject(NO_SCHEMA);
  });

  test('on an older schema than it needs is rejected', async () => {
    await makeOlder();
    await expect(worker({}).start()).rejects.toMatchObject(OLDER);
  });

  test('for a login without rights is rejected', async () => {
    for (const roles of [[], ['taskqueue_enqueuer']])
      await expect(worker({ database: await newLogin(database.url, roles) }).start()).rejects.toMatchObject(DENIED);
  });

  test('with a login that may only work succeeds', async () => {
    await worker({ database: await newLogin(database.url, ['taskqueue_worker']) }).start();
  });

  test('on a queue that is paused succeeds', async () => {
    await database.pool.query(`select taskqueue.pause_queue('mail')`);
    await worker({}).start();
    await database.pool.query(`select taskqueue.resume_queue('mail')`);
  });

  test('while the database is away succeeds: it says so once, and works when the database is back', async () => {
    const route = await openRoute(database.url);
    onTestFinished(() => route.close());
    route.leadTo(UNREACHABLE);
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (line) => lines.push(line) };
    const handled: string[] = [];
    const troubles: unknown[] = [];
    await worker({
      ...{ database: route.url, logger, hooks: { trouble: (error) => troubles.push(error) } },
      handler: (task) => void handled.push(task.name),
    }).start();
    await eventually(() => expect(troubles.length).toBeGreaterThanOrEqual(3));
    expect(lines).toEqual(['a database call failed; retrying']);
    route.leadTo(database.url);
    await database.pool.query(`select taskqueue.add('mail', payload => 'x', name => 'a', transactional => false)`);
    await eventually(() => expect(handled).toEqual(['a']));
    await eventually(() => expect(lines.at(-1)).toBe('database calls succeed again'));
  });
});
