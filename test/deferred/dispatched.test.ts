// Deferred calls from the code that defers them to the function, through a real dispatcher.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeferOptions, Deferred, deferredContext } from '../../src/deferred.ts';
import { generateSecret } from '../../src/domain/signing/signing-key.ts';
import { taskOf, taskQueueExpress } from '../../src/handler.ts';
import { namespaceManager, TaskAlreadyExistsError, TaskQueues } from '../../src/index.ts';
import { useDispatchers } from '../dispatcher/harness.ts';
import { aLogger } from '../handler/a-task-request.ts';
import { refusalCode, row, value } from '../support/sql.ts';

const harness = useDispatchers();
const pool = () => harness.database.pool;
const secret = generateSecret();
const LARGE = 'ü'.repeat(200_000);
let queue: string;
let count = 0;
let calls: unknown[][];
let deferred: Deferred;
let note: ReturnType<typeof register>;

const register = (to: Deferred) =>
  to.register('note', async (text: string, ...more: unknown[]) => {
    calls.push([text, ...more]);
  });

beforeEach(async () => {
  queue = `deferred-${count++}`;
  await harness.createQueue(queue);
  calls = [];
  deferred = new Deferred(new TaskQueues({ database: pool() }), { logger: aLogger() });
  note = register(deferred);
});

const dispatcher = () =>
  harness.dispatcher({ targets: { default: deferred.handler({ secrets: secret }) }, signingKeys: { default: secret } });
const kept = () => value<number>(pool(), 'select count(*)::integer from taskqueue._deferred_payload');

test.each([
  ['small', 'hello'],
  ['large', LARGE],
])('a %s call is made with the arguments it was deferred with', async (_, text) => {
  const task = await note.defer([text, new Date(0), 7n, new Map([['a', new Set([undefined])]])], { queue });
  expect(task).toMatchObject({ queueName: queue, wasEnqueued: true });
  expect((await dispatcher().runOnce()).completed).toBe(1);
  expect(calls).toEqual([[text, new Date(0), 7n, new Map([['a', new Set([undefined])]])]]);
  expect([await harness.tasks(queue), await kept()]).toEqual([[], 0]);
});

describe.each([
  ['small', 'hello'],
  ['large', LARGE],
])('a %s call in a transaction', (_, text) => {
  test.each(['commit', 'rollback'])('%s', async (end) => {
    const client = await pool().connect();
    try {
      await client.query('begin');
      const adding = note.defer([text], { queue, transaction: client });
      await adding;
      await note.defer([text], { queue, transaction: client });
      expect([(await harness.tasks(queue)).length, await kept()]).toEqual([0, 0]);
      await client.query(end);
    } finally {
      client.release();
    }
    const committed = end === 'commit' ? 2 : 0;
    expect((await dispatcher().runOnce()).completed).toBe(committed);
    expect(calls).toEqual(Array(committed).fill([text]));
    expect(await kept()).toBe(0);
  });

  test.each(['commit', 'rollback'])('of Kysely: %s', async (end) => {
    const own = new pg.Pool({ connectionString: harness.database.url });
    const kysely = new Kysely<object>({ dialect: new PostgresDialect({ pool: own }) });
    try {
      const queues = new Deferred(new TaskQueues({ database: kysely }), { logger: aLogger() });
      const later = register(queues);
      const transaction = kysely.transaction().execute(async (transaction) => {
        await later.defer([text], { queue, transaction });
        if (end === 'rollback') throw new Error('rolled back');
      });
      await transaction.catch((error) => expect(error.message).toBe('rolled back'));
    } finally {
      await kysely.destroy();
    }
    await dispatcher().runOnce();
    expect([calls, await kept()]).toEqual([end === 'commit' ? [[text]] : [], 0]);
  });

  test('that is committed before the add has been awaited', async () => {
    const client = await pool().connect();
    try {
      await client.query('begin');
      const [task] = await Promise.all([note.defer([text], { queue, transaction: client }), client.query('commit')]);
      expect((await harness.tasks(queue)).map(({ name }) => name)).toEqual([task.name]);
    } finally {
      client.release();
    }
    await dispatcher().runOnce();
    expect([calls, await kept()]).toEqual([[[text]], 0]);
  });

  test('counts towards the limit of five', async () => {
    const client = await pool().connect();
    try {
      await client.query('begin');
      for (let i = 0; i < 5; i++) await note.defer([text], { queue, transaction: client });
      await expect(note.defer([text], { queue, transaction: client })).rejects.toThrow('5 tasks');
      await client.query('rollback');
    } finally {
      client.release();
    }
    expect(await kept()).toBe(0);
  });

  test('a name is allowed only outside of one, and once', async () => {
    await note.defer([text], { queue, name: 'once' });
    await expect(note.defer([text], { queue, name: 'once' })).rejects.toThrow(TaskAlreadyExistsError);
    expect(await kept()).toBe(text === LARGE ? 1 : 0);
    await dispatcher().runOnce();
    expect([calls, await kept()]).toEqual([[[text]], 0]);
  });
});

test('a call that just fits is in its task, and no call is ever too large for one', async () => {
  for (const size of [101_000, 101_800, 102_000, 102_300, 102_400, 102_500]) {
    await note.defer(['x'.repeat(size)], { queue, namespace: 'acme', headers: { 'x-long': 'y'.repeat(300) } });
  }
  expect((await harness.tasks(queue)).length).toBe(6);
  expect([(await kept()) > 0, (await kept()) < 6]).toEqual([true, true]);
  await dispatcher().runOnce();
  expect(calls.map(([text]) => (text as string).length).sort()).toEqual([
    101_000, 101_800, 102_000, 102_300, 102_400, 102_500,
  ]);
});

test('a call over 16 MB is rejected, and no task is added', async () => {
  await expect(note.defer(['x'.repeat(16 * 1024 * 1024)], { queue })).rejects.toMatchObject({ sqlState: 'TQ004' });
  expect([await harness.tasks(queue), await kept()]).toEqual([[], 0]);
});

test('each option sets its property of the task', async () => {
  const options: Required<Omit<DeferOptions, 'queue' | 'transaction' | 'wake' | 'eta'>> = {
    countdown: 3600,
    name: 'later',
    target: 'there',
    url: '/elsewhere',
    namespace: 'acme',
    headers: { 'X-One': '1', 'Content-Type': 'text/x-own' },
    retryOptions: { taskRetryLimit: 3 },
    dispatchDeadline: 20,
  };
  await note.defer(['a'], { queue, ...options });
  expect(await harness.tasks(queue)).toMatchObject([
    { name: 'later', state: 'scheduled', method: 'POST', url: '/elsewhere', target: 'there', namespace: 'acme' },
  ]);
  const stored = await row(
    pool(),
    `select headers, dispatch_deadline, (retry).task_retry_limit from taskqueue._tasks where name = 'later'`,
  );
  expect(stored).toEqual({
    headers: { 'x-one': '1', 'content-type': 'text/x-own' },
    dispatch_deadline: 20,
    task_retry_limit: 3,
  });
});

test('the default is a POST to /_ah/queue/deferred with a content type of its own; url null is the queue’s', async () => {
  await note.defer(['a'], { queue });
  await note.defer(['b'], { queue, url: null });
  await harness.dispatcher().runOnce();
  const { requests } = harness.target;
  expect(requests.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
    'POST /_ah/queue/deferred',
    `POST /_ah/queue/${queue}`,
  ]);
  for (const { headers } of requests) {
    expect(headers['content-type']).toBe('application/vnd.pgtaskqueue.deferred+json');
  }
});

test('the function knows its task, and runs in the namespace that it was deferred in', async () => {
  const seen: unknown[] = [];
  const look = deferred.register('look', () => {
    const { task, signal } = deferredContext();
    seen.push(task.queue, task.retryCount, namespaceManager.get(), signal.aborted);
  });
  await namespaceManager.run('acme', () => look.defer([], { queue }));
  await dispatcher().runOnce();
  expect(seen).toEqual([queue, 0, 'acme', false]);
});

test('behind the Express adapter, run() returns the response', async () => {
  const app = express();
  app.use(taskQueueExpress({ secrets: secret, logger: aLogger() }));
  app.post('/_ah/queue/deferred', async (req, res) => {
    res.sendStatus((await deferred.run(taskOf(req))).status);
  });
  const server = app.listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const targets = { default: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    await note.defer([LARGE], { queue });
    expect((await harness.dispatcher({ targets, signingKeys: { default: secret } }).runOnce()).completed).toBe(1);
    expect(calls).toEqual([[LARGE]]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('arguments have the types of the function', async () => {
  const typed = deferred.register('typed', (_to: string, _copies: number) => {});
  await typed.defer(['a', 1], { queue });
  // @ts-expect-error: a number is required
  await typed.defer(['a', 'b'], { queue });
  // @ts-expect-error: one is missing
  await typed.defer(['a'], { queue });
  expect((await harness.tasks(queue)).length).toBe(3);
});

test('a failed call is made again with the same arguments, even large ones', async () => {
  let failures = 1;
  const flaky = deferred.register('flaky', (text: string) => {
    calls.push([text]);
    if (failures-- > 0) throw new Error('not yet');
  });
  await flaky.defer([LARGE], { queue, retryOptions: { minBackoffSeconds: 0, maxBackoffSeconds: 0 } });
  const running = dispatcher();
  expect([(await running.runOnce()).failed, await kept()]).toEqual([1, 1]);
  expect([(await running.runOnce()).completed, await kept()]).toEqual([1, 0]);
  expect(calls).toEqual([[LARGE], [LARGE]]);
});

test('a requeued dead call finds its arguments', async () => {
  let broken = true;
  const fragile = deferred.register('fragile', (text: string) => {
    if (broken) throw new Error('broken');
    calls.push([text]);
  });
  const { name } = await fragile.defer([LARGE], { queue, retryOptions: { taskRetryLimit: 0 } });
  const running = dispatcher();
  expect((await running.runOnce()).dead).toBe(1);
  const old = `update taskqueue._deferred_payload set checked_at = checked_at - interval '2 hours'`;
  await pool().query(old);
  await pool().query('select taskqueue.sweep_queue($1)', [queue]);
  broken = false;
  await pool().query('select * from taskqueue.requeue_task($1, $2)', [queue, name]);
  await pool().query(old);
  await pool().query('select taskqueue.sweep_queue($1)', [queue]);
  expect((await running.runOnce()).completed).toBe(1);
  expect([calls, await kept()]).toEqual([[[LARGE]], 0]);
});

describe('a stored call is swept once its task can no longer exist', () => {
  const sweep = () => pool().query('select taskqueue.sweep_queue($1)', [queue]);
  const age = () =>
    pool().query(`update taskqueue._deferred_payload set checked_at = checked_at - interval '61 minutes'`);

  test.each<[string, string]>([
    ['deleted', 'select taskqueue.delete_task($1, $2)'],
    ['purged', 'select taskqueue.purge_queue($1), $2::text'],
  ])('its task was %s', async (_, statement) => {
    const [gone] = [await note.defer([LARGE], { queue }), await sweep()];
    await age();
    await sweep();
    expect(await kept()).toBe(1); // its task exists
    await pool().query(statement, [queue, gone.name]);
    await sweep();
    expect(await kept()).toBe(1); // it was checked less than an hour ago
    await age();
    await sweep();
    expect(await kept()).toBe(0);
  });

  test('its queue was deleted', async () => {
    await note.defer([LARGE], { queue });
    await pool().query('select taskqueue.delete_queue($1)', [queue]);
    await pool().query('select taskqueue.clean_purged($1)', [queue]);
    expect(await kept()).toBe(0);
  });
});

describe('the functions of SQL', () => {
  const keep = (task: string, id = 'gen_random_uuid()') =>
    pool().query(`select taskqueue.keep_deferred(t.queue, t.name, ${id}, 'x') from ${task} as t`);

  test('a call is stored in the transaction of its task, and in no other', async () => {
    const added = `taskqueue.add(queue => '${queue}', payload => 'a')`;
    await keep(added);
    const task = await value<string>(pool(), `select name from ${added}`);
    expect(await refusalCode(keep(`(select '${queue}' as queue, '${task}' as name)`))).toBe('TQ104');
    expect(await refusalCode(keep(`(select '${queue}' as queue, 'nothing' as name)`))).toBe('TQ104');
    await pool().query('delete from taskqueue._deferred_payload');
  });

  test('a task has one call', async () => {
    const client = await harness.database.client();
    await client.query('begin');
    const name = await value<string>(client, `select name from taskqueue.add('${queue}', payload => 'a')`);
    const call = () => client.query(`select taskqueue.keep_deferred($1, $2, gen_random_uuid(), 'x')`, [queue, name]);
    await call();
    expect(await refusalCode(call())).toBe('TQ108');
    await client.query('rollback');
    expect(await kept()).toBe(0);
  });

  test('an enqueuer may store a call, and read and delete one whose id it knows', async () => {
    const client = await harness.database.asRole('taskqueue_enqueuer');
    const id = '6f0b1c0a-52ab-4d8e-9c5e-0d6f4b1a2c3d';
    await client.query(
      `select taskqueue.keep_deferred(t.queue, t.name, $1, 'x') from taskqueue.add(payload => 'a') as t`,
      [id],
    );
    expect(await value(client, 'select taskqueue.deferred_payload($1)', [id])).toEqual(Buffer.from('x'));
    expect(await value(client, 'select taskqueue.delete_deferred($1)', [id])).toBe(true);
    expect(await value(client, 'select taskqueue.delete_deferred($1)', [id])).toBe(false);
    expect(await value(client, 'select taskqueue.deferred_payload($1)', [id])).toBeNull();
    expect(await refusalCode(client.query('select from taskqueue._deferred_payload'))).toBe('42501');
  });
});
