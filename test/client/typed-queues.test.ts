// Queues defined with a schema of any library, from the add to the handler, the worker and the deferred function.

import { type } from 'arktype';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Deferred } from '../../src/deferred.ts';
import { taskHandler } from '../../src/handler.ts';
import { defineQueue, InvalidTaskError, type StandardSchema, TaskQueues } from '../../src/index.ts';
import { PullWorker } from '../../src/worker.ts';
import { useDispatchers } from '../dispatcher/harness.ts';
import { aLogger } from '../handler/a-task-request.ts';
import { rejection } from '../support/rejection.ts';
import { rows, value } from '../support/sql.ts';

const harness = useDispatchers();
const pool = () => harness.database.pool;
let queues: TaskQueues;

beforeAll(() => {
  queues = new TaskQueues({ database: pool() });
});
afterAll(() => queues.close());

interface Mail {
  to: string;
  copies?: number | undefined;
}

/** The same task in each library's words: an address, and a number of copies that is 1 by default. */
const SCHEMAS: [string, StandardSchema<Mail, { to: string; copies: number }>][] = [
  ['zod', z.object({ to: z.email(), copies: z.number().int().default(1) })],
  ['valibot', v.object({ to: v.pipe(v.string(), v.email()), copies: v.optional(v.pipe(v.number(), v.integer()), 1) })],
  ['arktype', type({ to: 'string.email', copies: 'number.integer = 1' })],
];
const schema = SCHEMAS[0]?.[1] as (typeof SCHEMAS)[0][1];

const counted = (queue: string) =>
  value<string>(pool(), `select count(*) from taskqueue.tasks where queue = $1`, [queue]);

describe.each(SCHEMAS)('a schema of %s', (library, task) => {
  const define = async (purpose: string, mode: 'push' | 'pull' = 'push') => {
    const queue = defineQueue(`${library}-${purpose}`, { task });
    await queues.createQueue(queue.name, { mode });
    return queue;
  };

  test('checks each task before it is added, and names the path', async () => {
    const mail = await define('checked');
    const wrong = await rejection(queues.queue(mail).add({ json: { to: 'nobody', copies: 1.5 } }));
    expect(wrong).toBeInstanceOf(InvalidTaskError);
    expect(wrong).toMatchObject({
      message: expect.stringMatching(
        new RegExp(`^invalid task for queue ${mail.name}: json\\.to: .+; json\\.copies: .+`),
      ),
      detail: { queue: mail.name, issues: [{ path: 'json.to' }, { path: 'json.copies' }] },
    });
    const batch = queues.queue(mail).add([{ json: { to: 'a@b.de' } }, { json: { to: '' } }]);
    expect(await rejection(batch)).toMatchObject({ message: expect.stringContaining('tasks[1].json.to: ') });
    expect(await counted(mail.name)).toBe('0');
  });

  test('gives its handler what it makes of the JSON', async () => {
    const mail = await define('handled');
    const handled: unknown[] = [];
    const handler = taskHandler(
      mail.handler(({ to, copies }, { retryCount }) => handled.push({ to, copies, retryCount })),
      { insecure: true },
    );
    await queues.queue(mail).add({ json: { to: 'ada@example.com' } });
    const dispatcher = await harness.dispatcher({ targets: { default: handler } });
    expect((await dispatcher.runOnce()).completed).toBe(1);
    expect(handled).toEqual([{ to: 'ada@example.com', copies: 1, retryCount: 0 }]);
  });

  test('gives its worker what it makes of the JSON, and fails what does not fit', async () => {
    const jobs = await define('leased', 'pull');
    await queues.queue(jobs).add([{ json: { to: 'ada@example.com' } }, { json: { to: 'bob@example.com', copies: 2 } }]);
    await queues.queue(jobs.name).add({ json: { to: 'nobody' } });
    const handled: number[] = [];
    const worker = new PullWorker({
      database: pool(),
      queue: jobs.name,
      handler: jobs.handler(({ copies }, leased) => handled.push(copies + leased.retryCount)),
      logger: aLogger(),
    });
    expect(await worker.runOnce()).toEqual({ done: 2, failed: 1, lost: 0 });
    await worker.stop();
    expect(handled.sort()).toEqual([2, 3]);
    const [attempt] = await rows(pool(), 'select error from taskqueue.attempts where queue = $1', [jobs.name]);
    expect(attempt).toMatchObject({ error: expect.stringMatching(/invalid task .+ of queue .+: json\.to: /) });
  });
});

describe('what is checked', () => {
  const read = (task: StandardSchema, json: unknown) =>
    rejection(queues.queue(defineQueue('default', { task })).add({ json }));

  test('is the JSON that handlers see, not the object it came from', async () => {
    const day = defineQueue('default', { task: z.object({ day: z.string() }) });
    const stamp = { toJSON: () => '2030-01-31' } as unknown as string;
    expect(await queues.queue(day).add({ json: { day: stamp } })).toMatchObject({ queueName: 'default' });
    expect(await read(z.object({ day: z.instanceof(URL) }), { day: new URL('http://a/') })).toMatchObject({
      message: expect.stringContaining('json.day: '),
    });
  });

  test.each<[string, StandardSchema, unknown, string]>([
    ['the value itself', z.string(), 7, 'json: '],
    [
      'an element',
      z.object({ items: z.array(z.object({ sku: z.string() })) }),
      { items: [{ sku: 'a' }, {}] },
      'json.items[1].sku: ',
    ],
    ['a name that is no identifier', z.object({ 'e-mail': z.string() }), {}, 'json["e-mail"]: '],
    ['a path of objects', v.object({ a: v.object({ b: v.number() }) }), { a: { b: 'x' } }, 'json.a.b: '],
  ])('an error names %s', async (_, task, json, path) => {
    expect(await read(task, json)).toMatchObject({ message: expect.stringContaining(`default: ${path}`) });
  });

  test('a message lists five problems and counts the others', async () => {
    const task = z.object(Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => [key, z.string()])));
    const error = (await read(task, {})) as InvalidTaskError;
    expect(error.message).toMatch(/json\.e: [^;]+; and 2 more$/);
    expect(error.detail?.issues).toHaveLength(7);
  });

  test.each<[string, object]>([
    ['payload', { payload: 'text' }],
    ['params', { params: { to: 'a' } }],
    ['none', { url: '/x' }],
  ])('a task with %s is refused', async (got, task) => {
    const adding = queues.queue(defineQueue('default', { task: schema })).add(task as never);
    expect(await rejection(adding)).toMatchObject({ message: `a task of queue default must have json, got ${got}` });
  });

  test('a body that is no JSON fails in the handler', async () => {
    const mail = defineQueue('default', { task: schema });
    const failure = await rejection(mail.read({ name: 't', body: Buffer.from('{') }));
    expect(failure).toBeInstanceOf(InvalidTaskError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(/^invalid task t of queue default: the body must be JSON, got 1 byte/),
    });
    expect(await rejection(mail.read({ name: 't' } as never))).toBeInstanceOf(TypeError);
  });
});

describe('in a transaction', () => {
  const slow = z.object({ to: z.string().refine(async (to) => to !== 'nobody', 'nobody is nobody') });
  const mail = defineQueue('default', { task: slow });

  async function inTransaction(
    work: (client: Awaited<ReturnType<typeof harness.database.client>>) => Promise<unknown>,
  ) {
    const client = await harness.database.client();
    await client.query('begin');
    const outcome = await work(client).catch((error: unknown) => error);
    await client.query('commit');
    return outcome;
  }

  test('a task that fits is added, one that does not leaves the transaction usable', async () => {
    const typed = queues.queue(defineQueue('default', { task: schema }));
    const before = Number(await counted('default'));
    await inTransaction(async (transaction) => {
      expect(await rejection(typed.add({ json: { to: 'nobody' } }, { transaction }))).toBeInstanceOf(InvalidTaskError);
      await typed.add({ json: { to: 'ada@example.com' } }, { transaction });
    });
    expect(Number(await counted('default'))).toBe(before + 1);
  });

  test('an add that is not awaited goes before the commit', async () => {
    const typed = queues.queue(defineQueue('default', { task: schema }));
    const client = await harness.database.client();
    const before = Number(await counted('default'));
    await client.query('begin');
    const adding = typed.add({ json: { to: 'ada@example.com' } }, { transaction: client });
    await client.query('commit');
    await adding;
    expect(Number(await counted('default'))).toBe(before + 1);
  });

  test('an asynchronous schema is refused, whether the task fits or not', async () => {
    for (const to of ['ada', 'nobody']) {
      const outcome = await inTransaction((transaction) => queues.queue(mail).add({ json: { to } }, { transaction }));
      expect(outcome).toMatchObject({ message: 'the schema of queue default must be synchronous in a transaction' });
    }
  });

  test('a task that is refused at once leaves no rejection of another behind', async () => {
    const adding = queues.queue(mail).add([{ json: { to: 'nobody' } }, { url: '/no-json' } as never]);
    expect(await rejection(adding)).toMatchObject({ message: 'a task of queue default must have json, got none' });
    await new Promise(setImmediate); // where an unhandled rejection would fail the run
  });

  test('outside one it is awaited', async () => {
    expect(await queues.queue(mail).add({ json: { to: 'ada' } })).toMatchObject({ queueName: 'default' });
    const adding = queues.queue(mail).add({ json: { to: 'nobody' } });
    expect(await rejection(adding)).toMatchObject({ message: expect.stringContaining('json.to: nobody is nobody') });
  });
});

describe('the arguments of a deferred function', () => {
  const args = z.tuple([z.email(), z.date()]);

  test('are checked when it is deferred, and again when it is called', async () => {
    const queue = 'typed-deferred';
    await harness.createQueue(queue);
    const deferred = new Deferred(queues, { logger: aLogger() });
    const calls: unknown[] = [];
    const remind = deferred.register('remind', (to: string, when: Date) => void calls.push([to, when]), { args });
    const unchecked = new Deferred(queues).register('remind', (_to: string, _when: Date) => {});

    const wrong = await rejection(remind.defer(['nobody', new Date(0)], { queue }));
    expect(wrong).toBeInstanceOf(InvalidTaskError);
    expect(wrong).toMatchObject({
      message: expect.stringMatching(/^invalid call of deferred function remind: args\[0\]: /),
    });
    await remind.defer(['ada@example.com', new Date(0)], { queue });
    await unchecked.defer(['nobody', new Date(0)], { queue });
    const dispatcher = await harness.dispatcher({ targets: { default: deferred.handler({ insecure: true }) } });
    expect(await dispatcher.runOnce()).toMatchObject({ completed: 1, failed: 1 });
    expect(calls).toEqual([['ada@example.com', new Date(0)]]);
  });

  test('an asynchronous schema is refused in a transaction', async () => {
    const slow = z.tuple([z.string().refine(async () => true)]);
    const call = new Deferred(queues).register('slow', (_text: string) => {}, { args: slow });
    const client = await harness.database.client();
    await client.query('begin');
    expect(await rejection(call.defer(['x'], { transaction: client }))).toMatchObject({
      message: 'the schema of deferred function slow must be synchronous in a transaction',
    });
    await client.query('rollback');
    expect(await call.defer(['x'])).toMatchObject({ wasEnqueued: true });
  });
});

test.each<[string, () => unknown, string]>([
  [
    'no definition',
    () => defineQueue('mail', undefined as never),
    'the definition of queue mail must be { task: schema }, got undefined',
  ],
  ['a schema in its place', () => defineQueue('mail', z.string() as never), 'in the definition of queue mail'],
  ['no schema', () => defineQueue('mail', { task: {} as never }), 'task of queue mail must be a Standard Schema'],
  ['a name that is no text', () => defineQueue(7 as never, { task: schema }), 'the name of a queue must be a string'],
  [
    'no schema for arguments',
    () => new Deferred(queues).register('f', () => {}, { args: 7 as never }),
    'args of deferred function f must be a Standard Schema',
  ],
])('%s is refused', (_, make, message) => {
  expect(make).toThrow(TypeError);
  expect(make).toThrow(message);
});

test('the compiler knows the JSON of a defined queue', () => {
  const mail = defineQueue('default', { task: z.object({ to: z.string(), copies: z.number().default(1) }) });
  const mistakes = () => {
    // @ts-expect-error a number is no address
    void queues.queue(mail).add({ json: { to: 7 } });
    // @ts-expect-error the JSON is missing
    void queues.queue(mail).add({ url: '/x' });
    // @ts-expect-error a payload is not checked
    void queues.queue(mail).add({ json: { to: 'a' }, payload: 'b' });
    // @ts-expect-error there is no such property
    void mail.read({ name: 't', body: new Uint8Array() }).then(({ from }) => from);
  };
  const right = () => {
    void queues.queue(mail).add([{ json: { to: 'a' } }]);
    void mail.read({ name: 't', payload: new Uint8Array() }).then(({ copies }) => copies.toFixed());
  };
  expect([mistakes, right]).toHaveLength(2);
});
