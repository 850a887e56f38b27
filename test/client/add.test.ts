// Adding single tasks and batches outside a transaction, with App Engine's exceptions and its order of checks.

import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  BadTaskStateError,
  DuplicateTaskNameError,
  InvalidQueueModeError,
  InvalidQueueNameError,
  InvalidTaskError,
  InvalidUrlError,
  type NewTask,
  namespaceManager,
  TaskAlreadyExistsError,
  TaskQueues,
  TombstonedTaskError,
  TooManyTasksError,
  UnknownQueueError,
} from '../../src/index.ts';
import { claimTasks } from '../../src/store/claims.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { row, rows, value } from '../support/sql.ts';

const database = useDatabase();
let queues: TaskQueues;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  await queues.createQueue('pull', { mode: 'pull' });
});

describe('one task', () => {
  test('is returned with its name, queue and times', async () => {
    const task = await queues.queue('default').add({ url: '/send', name: 'first', countdown: 60 });
    expect(task).toMatchObject({ queueName: 'default', name: 'first', wasEnqueued: true, wasDeleted: false });
    expect(task.eta.getTime() - task.created.getTime()).toBeCloseTo(60_000, -3);
  });

  test('without properties has the defaults, as in SQL', async () => {
    for (const adding of [
      queues.add(),
      queues.queue().add(),
      queues.queue().add(undefined),
      queues.add(undefined, {}),
    ]) {
      const { name } = await adding;
      expect(await row(database.pool, 'select method, url from taskqueue.tasks where name = $1', [name])).toEqual({
        method: 'POST',
        url: '/_ah/queue/default',
      });
    }
    const client = await database.client();
    await client.query('begin');
    await queues.add(undefined, { transaction: client });
    await client.query('commit');
  });

  test.each<[string, (task: NewTask) => Promise<unknown>]>([
    ['one', (task) => queues.add(task)],
    ['a batch', (task) => queues.add([task])],
    ['a transaction', (task) => inTransaction((transaction) => queues.add(task, { transaction }))],
    ['a batch in a transaction', (task) => inTransaction((transaction) => queues.add([task], { transaction }))],
    ['a namespace', (task) => namespaceManager.run('acme', () => queues.add(task))],
  ])('is read once: %s', async (_, add) => {
    const reads: string[] = [];
    const given = { url: '/once', method: 'POST', headers: { a: 'b' }, countdown: 1, json: null as unknown };
    const json = { toJSON: () => reads.push('toJSON') && { a: 1 } };
    const task = new Proxy(
      { ...given, json },
      {
        get: (target, key) => {
          if (key in given) reads.push(String(key));
          return Reflect.get(target, key);
        },
      },
    );
    await add(task);
    expect(reads.toSorted()).toEqual([...Object.keys(given), 'toJSON'].toSorted());
  });

  async function inTransaction(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = await database.client();
    await client.query('begin');
    await work(client);
    await client.query('commit');
  }

  test('a name in use and a tombstoned name are different errors', async () => {
    await queues.add({ name: 'used', countdown: 3600 });
    expect(await rejection(queues.add({ name: 'used' }))).toBeInstanceOf(TaskAlreadyExistsError);
    await queues.queue().deleteTask('used');
    const error = await rejection(queues.add({ name: 'used' }));
    expect(error).toBeInstanceOf(TombstonedTaskError);
    expect(error).toBeInstanceOf(InvalidTaskError);
    expect(error).toMatchObject({ code: 11, sqlState: 'TQ011', retryable: false });
  });

  test('a plain object can be added again, a Task object cannot', async () => {
    const template: NewTask = { url: '/again' };
    const [first, second] = [await queues.add(template), await queues.add(template)];
    expect(first.name).not.toBe(second.name);
    expect(await rejection(queues.add(first))).toBeInstanceOf(BadTaskStateError);
  });

  test('unknown queues and invalid names are rejected', async () => {
    expect(await rejection(queues.queue('nowhere').add({}))).toBeInstanceOf(UnknownQueueError);
    expect(await rejection(queues.queue('under_score').add({}))).toBeInstanceOf(InvalidQueueNameError);
    for (const push of [
      { method: 'POST' },
      { url: '/1' },
      { url: '/1', payload: 'x' },
      { url: '/1', json: { a: 1 } },
      { headers: { a: 'b' }, payload: 'x' },
      { target: 'worker', payload: 'x' },
    ]) {
      expect(await rejection(queues.queue('pull').add(push))).toBeInstanceOf(InvalidQueueModeError);
      expect(await rejection(queues.queue('pull').add([push]))).toBeInstanceOf(InvalidQueueModeError);
    }
    const pull = await queues.queue('pull').add({ url: '', target: '', headers: {}, payload: 'x' }); // as good as left out
    await queues.queue('pull').deleteTask(pull);
  });

  test.for([
    ['a connection string', () => new TaskQueues({ database: database.url })],
    [
      'Kysely',
      () => new TaskQueues({ database: new Kysely({ dialect: new PostgresDialect({ pool: database.pool }) }) }),
    ],
  ] as const)('works with %s', async ([, make]) => {
    const own = make();
    expect((await own.add({ url: '/own' })).queueName).toBe('default');
    await own.close();
    await own.close();
  });

  test('a client, a transaction or nothing is rejected as a database', async () => {
    for (const [wrong, remedy] of [
      [new pg.Client(database.url), 'pass a client or transaction to add(task, { transaction })'],
      [undefined, 'is the environment variable it comes from set?'],
      [{ connectionString: database.url }, 'with settings, pass new pg.Pool(settings)'],
      ['localhost/shop', 'must be a connection string such as postgresql://'],
      [5, 'must be a connection string, a pg.Pool or a Kysely instance, got number'],
    ] as const) {
      const make = () => new TaskQueues({ database: wrong as never });
      expect(make).toThrow(TypeError);
      expect(make).toThrow(remedy);
    }
    expect(() => new TaskQueues({ databse: database.pool } as never)).toThrow(/did you mean database/);
  });
});

describe('a task reaches its dispatch as it was given', () => {
  async function dispatched(task: NewTask) {
    await queues.queue().purge();
    const { name } = await queues.add(task);
    const [[dispatch] = []] = (await claimTasks(database.pool, 'claim_tasks', [{ queue: 'default', maxTasks: 1 }], 1))
      .dispatches;
    expect(dispatch?.name).toBe(name);
    const body = dispatch?.body ? Buffer.from(dispatch.body).toString() : null;
    return { ...dispatch, body, bytes: dispatch?.body };
  }

  test('json is sent as it was serialized, with its content type', async () => {
    const json = { z: 1, a: ['ü', null], big: 2 ** 53, nul: '\0', half: '\ud800', ['__proto__']: 1 };
    expect(await dispatched({ url: '/j', json })).toMatchObject({
      body: JSON.stringify(json),
      headers: { 'content-type': 'application/json' },
    });
  });

  test('json keeps the caller’s own content type', async () => {
    const headers = { 'Content-Type': 'application/vnd.api+json' };
    expect((await dispatched({ json: {}, headers })).headers).toEqual({ 'content-type': 'application/vnd.api+json' });
  });

  test('for json alone, the queue decides about the header: push gets it, pull does not', async () => {
    expect(await dispatched({ json: { a: 1 } })).toMatchObject({ headers: { 'content-type': 'application/json' } });
    await queues.queue('pull').add({ json: { a: 1 } });
    await queues.queue('pull').add({ json: { a: 1 }, method: 'PULL' });
    const leased = await queues.queue('pull').leaseTasks({ leaseSeconds: 10, maxTasks: 10 });
    for (const { payload } of leased) expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ a: 1 });
    expect(leased).toHaveLength(2);
  });

  test('text, bytes, and no body', async () => {
    expect(await dispatched({ payload: 'grüße' })).toMatchObject({
      body: 'grüße',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
    });
    const bytes = Uint8Array.from([0, 255, 128]);
    expect((await dispatched({ payload: bytes })).bytes).toEqual(Buffer.from(bytes));
    expect((await dispatched({ payload: '' })).body).toBe('');
    expect((await dispatched({})).body).toBeNull();
    expect((await dispatched({ json: null, url: '/null' })).body).toBe('null');
  });

  test.for([
    ['an object', { a: [1, 'x y', true], b: 'é&', c: [] }],
    ['URLSearchParams', new URLSearchParams('a=1&a=x+y&a=true&b=%C3%A9%26')],
    [
      'a Map',
      new Map<string, string | (string | number | boolean)[]>([
        ['a', [1, 'x y', true]],
        ['b', 'é&'],
      ]),
    ],
  ] as const)('params as %s become a form', async ([, params]) => {
    const { body } = await dispatched({ params });
    expect([...new URLSearchParams(body ?? '')]).toEqual([
      ['a', '1'],
      ['a', 'x y'],
      ['a', 'true'],
      ['b', 'é&'],
    ]);
  });

  test('params of a GET become its query, keys such as __proto__ included', async () => {
    const params = JSON.parse('{"__proto__": "p", "constructor": "c"}');
    const { url } = await dispatched({ method: 'get', url: '/q', params });
    expect([...new URL(url ?? '', 'http://x').searchParams].sort()).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
  });

  test('all other properties', async () => {
    const task = await dispatched({
      method: 'PUT',
      url: '/r?x=1',
      headers: { 'X-Mine': 'yes' },
      target: 'worker',
      namespace: 'acme',
      dispatchDeadline: 30,
    });
    expect(task).toMatchObject({
      method: 'PUT',
      url: '/r?x=1',
      headers: { 'x-mine': 'yes' },
      target: 'worker',
      namespace: 'acme',
      dispatchDeadline: 30,
    });
  });
});

test.for([
  ['a Date', (ms: number) => new Date(ms)],
  ['milliseconds', (ms: number) => ms],
  ['RFC 3339', (ms: number) => new Date(ms).toISOString().replace('Z', '+00:00')],
] as const)('an ETA as %s', async ([, make]) => {
  const moment = Math.floor(Date.now() / 1000) * 1000 + 3_600_123;
  expect((await queues.add({ eta: make(moment) })).eta).toEqual(new Date(moment));
});

test('an ETA as text keeps its microseconds', async () => {
  const eta = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}.123456+00:00`;
  const { name } = await queues.add({ eta });
  expect(await value(database.pool, "select to_char(eta, 'US') from taskqueue.tasks where name = $1", [name])).toBe(
    '123456',
  );
});

test('retry options are the task’s own', async () => {
  const retryOptions = {
    taskRetryLimit: 3,
    taskAgeLimit: 60,
    minBackoffSeconds: 1,
    maxBackoffSeconds: 10,
    maxDoublings: 2,
  };
  const { name } = await queues.add({ name: 'with-retry', retryOptions });
  const { retry } = await row<{ retry: string }>(
    database.pool,
    'select retry::text from taskqueue._tasks where name = $1',
    [name],
  );
  expect(retry).toBe('(3,60,1,10,2)');
});

describe('a batch', () => {
  const queue = () => queues.queue('default');

  test('comes back in order', async () => {
    const tasks = await queue().add([{ name: 'b-1' }, {}, { name: 'b-3' }]);
    expect(tasks.map(({ name }) => name)).toEqual(['b-1', expect.any(String), 'b-3']);
    expect(await queue().add([])).toEqual([]);
  });

  test('with names in use adds the others, throws for the last one, and reports each result', async () => {
    await queue().add([{ name: 'c-live', countdown: 3600 }, { name: 'c-gone' }]);
    await queue().deleteTask('c-gone');
    const add = (names: string[]) => rejection(queue().add(names.map((name) => ({ name }))));
    const error = await add(['c-new', 'c-gone', 'c-live']);
    expect(error).toBeInstanceOf(TaskAlreadyExistsError);
    expect((error as TaskAlreadyExistsError).results).toMatchObject([
      { index: 0, name: 'c-new', result: 'added', eta: expect.any(Date) },
      { index: 1, name: 'c-gone', result: 'tombstoned', eta: null },
      { index: 2, name: 'c-live', result: 'exists', eta: expect.any(Date) },
    ]);
    expect(await rows(database.pool, "select 1 from taskqueue.tasks where name = 'c-new'")).toHaveLength(1);
    expect(await add(['c-live', 'c-gone'])).toBeInstanceOf(TombstonedTaskError);
  });

  test('with an invalid task adds nothing, even if names are in use', async () => {
    await queue().add({ name: 'd-live', countdown: 3600 });
    const error = await rejection(queue().add([{ name: 'd-live' }, { name: 'd-new' }, { url: 'no path' }]));
    expect(error).toBeInstanceOf(InvalidUrlError);
    expect(await rows(database.pool, "select 1 from taskqueue.tasks where name = 'd-new'")).toHaveLength(0);
  });

  test('is checked in App Engine’s order', async () => {
    const task = await queue().add({});
    const many = Array(101).fill({ name: 'same' });
    const cases: [NewTask[], new (...given: never[]) => Error][] = [
      [[{ method: 'PULL' }, { url: '/x' }, ...many, { wrong: 1 } as NewTask], TypeError],
      [[{ method: 'PULL' }, { url: '/x' }, ...many], InvalidTaskError],
      [many, TooManyTasksError],
      [[{ name: 'same' }, task, { name: 'same' }], DuplicateTaskNameError],
      [[{ url: 'no path' }, task], BadTaskStateError],
      [[{ name: 'bad name' }, { url: 'no path' }], InvalidTaskError],
    ];
    for (const [tasks, errorClass] of cases) expect(await rejection(queue().add(tasks))).toBeInstanceOf(errorClass);
  });

  test('of a hundred is one call', async () => {
    const tasks = await queue().add(Array.from({ length: 100 }, (_, n) => ({ params: { n } })));
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(100);
  });

  test('carries bodies of every kind', async () => {
    const bytes = Uint8Array.from([251, 255, 0]);
    await queues.queue('pull').purge();
    await queues.queue('pull').add([{ payload: bytes }, { payload: 'text' }, { json: [1] }, { params: { a: 1 } }]);
    const leased = await queues.queue('pull').leaseTasks({ leaseSeconds: 10, maxTasks: 10 });
    expect(leased.map(({ payload }) => Buffer.from(payload).toString('latin1')).sort()).toEqual(
      ['text', '[1]', 'a=1', '\xfb\xff\0'].sort(),
    );
  });
});
