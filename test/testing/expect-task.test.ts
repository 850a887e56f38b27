import { beforeAll, describe, expect, test } from 'vitest';
import type { QueueHandle } from '../../src/client/queue-handle.ts';
import { TaskQueues } from '../../src/client/task-queues.ts';
import {
  drain,
  expectNoTask,
  expectTask,
  type TaskDescription,
  type TaskMatcher,
  taskMatchers,
  testClock,
} from '../../src/testing.ts';
import { useDatabase } from '../support/db.ts';

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toHaveTask(expected?: TaskDescription): Promise<void>;
  }
}

expect.extend(taskMatchers);

const database = useDatabase();
let queues: TaskQueues;
let mail: QueueHandle;
let pull: QueueHandle;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  const clock = await testClock(database);
  await clock.set('2030-01-01T00:00:00Z');
  await queues.createQueue('mail', { keepCompleted: 'all', retry: { taskRetryLimit: 0 } });
  await queues.createQueue('reports', { mode: 'pull' });
  mail = queues.queue('mail');
  pull = queues.queue('reports');
  await mail.add({ name: 'dead', url: '/dead' });
  await mail.add({ name: 'done', url: '/done' });
  const handler = ({ url }: Request) => new Response(null, { status: url.endsWith('/dead') ? 500 : 200 });
  await drain(mail, { handler });
  await mail.add([
    {
      ...{ name: 'one', url: '/send', json: { to: 'ada@example.com', lines: [{ n: 1 }, { n: 2 }] }, countdown: 3600 },
      ...{ headers: { 'X-Kind': 'welcome' }, target: 'mailer' },
    },
    { name: 'two', url: '/form', params: { a: 1, b: ['x', 'y'] } },
    { name: 'three', url: '/get', method: 'GET', params: { q: 'term' } },
  ]);
  await pull.add({ payload: 'May', tag: 'monthly' });
});

describe('a task matches', () => {
  test.each<[TaskDescription, string]>([
    [{}, 'two'],
    [{ url: '/send' }, 'one'],
    [{ url: /^\/se/ }, 'one'],
    [{ url: (url) => url.endsWith('d') }, 'one'],
    [{ url: '/get' }, 'three'],
    [{ url: '/get?q=term' }, 'three'],
    [{ method: 'get' }, 'three'],
    [{ json: { to: 'ada@example.com' } }, 'one'],
    [{ json: { to: /@example\.com$/, lines: [{ n: 1 }, {}] } }, 'one'],
    [{ json: { to: expect.stringContaining('@') } }, 'one'],
    [{ json: { lines: (lines: unknown[]) => lines.length === 2 } }, 'one'],
    [{ payload: /ada/ }, 'one'],
    [{ params: { a: 1 } }, 'two'],
    [{ params: { b: ['x', 'y'] } }, 'two'],
    [{ params: { q: 'term' } }, 'three'],
    [{ headers: { 'x-KIND': 'welcome' } }, 'one'],
    [{ headers: { 'content-type': /^application\/json/ } }, 'one'],
    [{ tag: null, url: '/form' }, 'two'],
    [{ target: 'mailer' }, 'one'],
    [{ target: null, name: 'three' }, 'three'],
    [{ name: 'two' }, 'two'],
    [{ state: 'scheduled' }, 'one'],
    [{ state: 'dead' }, 'dead'],
    [{ state: 'completed', url: '/done' }, 'done'],
    [{ eta: '2030-01-01T01:00:00Z' }, 'one'],
    [{ eta: { after: Date.UTC(2030, 0, 1, 0, 30) } }, 'one'],
    [{ eta: { before: new Date('2030-01-01T00:30:00Z') } }, 'two'],
    [{ countdown: '1h' }, 'one'],
    [{ countdown: { min: 3000, max: '2 hours' } }, 'one'],
    [{ countdown: 0 }, 'two'],
    [{ retryCount: 1, state: 'dead' }, 'dead'],
    [({ url, method }) => url === '/form' && method === 'POST', 'two'],
  ])('%j', async (description, name) => {
    expect((await expectTask(mail, description)).name).toBe(name);
    await expect(expectNoTask(mail, description)).rejects.toThrow('must have no task that matches');
    await expect(mail).toHaveTask(description);
  });

  test('a pull task', async () => {
    expect(await expectTask(pull, { payload: 'May', tag: 'monthly', method: 'PULL' })).toMatchObject({ url: null });
  });
});

describe('no task matches', () => {
  test.each<TaskMatcher>([
    { url: '/sent' },
    { url: '/send?x=1' },
    { json: { to: 'bob' } },
    { json: { lines: [{ n: 1 }] } },
    { json: { more: undefined, cc: 'x' } },
    { params: { a: 2 } },
    { headers: { 'x-kind': 'bye' } },
    { tag: 'monthly' },
    { name: 'dead' },
    { eta: '2030-01-01T01:00:05Z' },
    { countdown: { min: '2h' } },
    { state: 'leased' },
  ])('%j', async (description) => {
    await expectNoTask(mail, description);
    await expect(mail).not.toHaveTask(description);
    await expect(expectTask(mail, description)).rejects.toThrow('no live task of queue mail matches');
  });
});

test('the failure lists what is there, closest first, with the differences', async () => {
  const failure = await expectTask(mail, { url: '/send', json: { to: 'bob@example.com' }, target: 'mailer' }).catch(
    (error: Error) => error,
  );
  expect(failure).toMatchObject({ name: 'AssertionError' });
  const lines = (failure as Error).message.split('\n');
  expect(lines).toEqual([
    `no live task of queue mail matches { url: '/send', json: { to: 'bob@example.com' }, target: 'mailer' }`,
    'It has 3, the closest first:',
    `  POST /send { to: 'ada@example.com', lines: [ { n: 1 }, { n: 2 } ] } (one, scheduled)`,
    `    json.to: expected 'bob@example.com', got 'ada@example.com'`,
    expect.stringMatching(/^ {2}/),
    ...Array(3).fill(expect.stringMatching(/^ {4}/)),
    expect.stringMatching(/^ {2}/),
    ...Array(3).fill(expect.stringMatching(/^ {4}/)),
  ]);
  await expect(expectTask(mail, { name: 'dead' })).rejects.toThrow(/A dead task matches: POST \/dead \(dead, dead\)/);
  await expect(expect(mail).toHaveTask({ url: '/sent' })).rejects.toThrow('the closest first');
});

test('an empty queue says so', async () => {
  await queues.createQueue('empty');
  await expect(expectTask(queues.queue('empty'), { url: '/x' })).rejects.toThrow('It has no live task.');
});

describe("in a test's own transaction", () => {
  test('tasks are found and drained before the commit, and nothing of it stays', async () => {
    const client = await database.client();
    await client.query('create table if not exists sent (name text)');
    await client.query('begin');
    const transaction = client;
    await mail.add({ url: '/uncommitted' }, { transaction });
    await expectTask(mail, { url: '/uncommitted' }, { transaction });
    await expectNoTask(mail, { url: '/uncommitted' });
    const seen: string[] = [];
    const handler = async ({ url }: Request) => {
      const { pathname } = new URL(url);
      seen.push(pathname);
      if (pathname === '/uncommitted') await client.query('select no_such_column');
      await client.query('insert into sent values ($1)', [pathname]);
      return new Response();
    };
    const { tasks } = await drain(mail, { handler, transaction });
    expect(tasks.map(({ url, outcome }) => [url, outcome])).toEqual(
      expect.arrayContaining([
        ['/form', 'completed'],
        ['/get?q=term', 'completed'],
        ['/uncommitted', 'dead'],
      ]),
    );
    await expectTask(mail, { url: '/uncommitted', state: 'dead' }, { transaction });
    expect((await client.query('select from sent')).rowCount).toBe(2);
    await client.query('rollback');
    await expectTask(mail, { url: '/form' });
    expect((await client.query('select from sent')).rowCount).toBe(0);
  });

  test('pull tasks are leased and settled in it', async () => {
    const client = await database.client();
    await client.query('begin');
    await pull.add({ payload: 'June' }, { transaction: client });
    const months: string[] = [];
    const handler = (task: { payload: Uint8Array }) => {
      months.push(Buffer.from(task.payload).toString());
    };
    const drained = await drain(pull, { handler: handler as never, transaction: client });
    expect([drained.completed, months.sort()]).toEqual([2, ['June', 'May']]);
    await expectNoTask(pull, {}, { transaction: client });
    await client.query('rollback');
    await expectTask(pull, { payload: 'May' });
  });
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a misspelt property', () => expectTask(mail, { methd: 'GET' } as never), 'did you mean method?'],
  ['a body', () => expectTask(mail, { body: '/x' } as never), 'payload, or json, is its body'],
  [
    'a description that is none',
    () => expectTask(mail, '/x' as never),
    'described by an object or a function, got string',
  ],
  [
    'a name for a queue',
    () => expectTask('mail' as never, {}),
    `queue must be a queue, such as queues.queue('mail'), got string`,
  ],
  ['a missing queue', () => expectNoTask(queues.queue('nowhere'), {}), 'nowhere'],
  ['a bad moment', () => expectTask(mail, { eta: 'tomorrow' }), 'eta must be RFC 3339'],
])('%s is rejected', async (_what, call, message) => {
  await expect(call()).rejects.toThrow(message);
});
