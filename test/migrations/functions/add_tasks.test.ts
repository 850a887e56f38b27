// taskqueue.add_tasks: batches: all or none, names as results.
import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
const add = (tasks: unknown, transactional = false, queue = 'default') =>
  rows<{ index: number; name: string; result: string; eta: Date | null }>(
    db.pool,
    'select * from taskqueue.add_tasks($1, $2, transactional => $3)',
    [queue, JSON.stringify(tasks), transactional],
  );
const count = () => value(db.pool, "select count(*)::integer from taskqueue.tasks where queue = 'default'");

beforeEach(async () => {
  await db.pool.query(`select taskqueue.purge_queue('default')`);
});

test('adds a hundred tasks with one call, in order', async () => {
  const added = await add(Array.from({ length: 100 }, (_, i) => ({ url: `/${i}` })));
  expect(added.map((task) => task.index)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  expect(added.every((task) => task.result === 'added')).toBe(true);
  expect(await rows(db.pool, 'select name, url from taskqueue.tasks order by eta, name')).toEqual(
    added.map((task) => ({ name: task.name, url: `/${task.index}` })),
  );
});

test('answers an empty array with nothing', async () => {
  expect(await add([])).toEqual([]);
  expect(await count()).toBe(0);
});

test('answers for names in use and adds the others', async () => {
  await add([{ name: 'live' }, { name: 'gone' }]);
  await db.pool.query(`select taskqueue.delete_task('default', 'gone')`);
  const added = await add([{ name: 'gone' }, {}, { name: 'live' }, { name: 'new' }]);
  expect(added.map((task) => task.result)).toEqual(['tombstoned', 'added', 'exists', 'added']);
  expect(added.map((task) => task.eta === null)).toEqual([true, false, false, false]);
  expect(await count()).toBe(3);
});

test('adds nothing when one task is invalid', async () => {
  expect(await refusalCode(add([{ url: '/a' }, { url: 'nonsense' }, { name: 'never' }]))).toBe('TQ007');
  expect(await count()).toBe(0);
  expect(await add([{ name: 'never' }])).toMatchObject([{ result: 'added' }]);
});

test('reads every key that add has', async () => {
  await add([
    {
      url: '/u',
      method: 'PUT',
      payload_base64: '-_8',
      headers: { a: 'b' },
      name: 'all',
      countdown: '60',
      target: 't',
      namespace: 'n',
      dispatch_deadline: 20,
      retry: { task_retry_limit: 1 },
    },
    { payload_json: { a: 1 }, eta: '2026-01-01T00:00:00.123456+02:00', params: null, tag: null, name: 'past' },
  ]);
  const [task] = await rows(
    db.pool,
    `select method, url, body, headers, target, namespace, dispatch_deadline, (retry).task_retry_limit as task_retry_limit from taskqueue._tasks where name = 'all'`,
  );
  expect(task).toEqual({
    method: 'PUT',
    url: '/u',
    body: Buffer.from([0xfb, 0xff]),
    headers: { a: 'b' },
    target: 't',
    namespace: 'n',
    dispatch_deadline: 20,
    task_retry_limit: 1,
  });
});

test.each<[string, unknown, string]>([
  ['no array', {}, 'TQ108'],
  ['an element that is no object', [1], 'TQ108'],
  ['an unknown key', [{ uri: '/x' }], 'TQ108'],
  ['a number for a text', [{ url: 1 }], 'TQ108'],
  ['a text for a number', [{ countdown: 'soon' }], 'TQ108'],
  ['a list for headers', [{ headers: [] }], 'TQ108'],
  ['bad base64', [{ payload_base64: 'a=b' }], 'TQ108'],
  ['base64 of an odd length', [{ payload_base64: 'abcde' }], 'TQ108'],
  ['two payloads', [{ payload_base64: 'YQ==', payload: 'a' }], 'TQ108'],
  ['an eta without offset', [{ eta: '2026-11-21T10:00:00' }], 'TQ012'],
  ['an eta in words', [{ eta: 'tomorrow' }], 'TQ012'],
  ['30 February', [{ eta: '2026-02-30T10:00:00Z' }], 'TQ012'],
  ['24:00', [{ eta: '2026-02-20T24:00:00Z' }], 'TQ012'],
  ['101 tasks', Array.from({ length: 101 }, () => ({})), 'TQ018'],
  ['a name twice', [{ name: 'a' }, { url: 'nonsense' }, { name: 'a' }], 'TQ016'],
])('refuses %s', async (_, tasks, code) => {
  expect(await refusalCode(add(tasks))).toBe(code);
  expect(await count()).toBe(0);
});

test('refuses a pull task without a payload among others', async () => {
  await db.pool.query(`select taskqueue.create_queue('bare-pull', mode => 'pull')`);
  expect(await refusalCode(add([{}, { payload: 'a' }], false, 'bare-pull'))).toBe('TQ108');
});

test('knows an unknown queue, whatever the tasks are', async () => {
  expect(await refusalCode(add([{ payload: 'a' }], false, 'no-such'))).toBe('TQ001');
  expect(await refusalCode(add([{ url: '/a' }], false, 'no-such'))).toBe('TQ001');
});

test('says which keys there are', async () => {
  expect((await refusal(add([{ uri: '/x' }]))).message).toContain(
    "key 'uri' of a task is invalid: it must be one of url, method",
  );
});

test.each([
  [
    'default',
    [
      { payload: 'grüß' },
      { payload: '', url: '/a/b' },
      { payload_json: { a: [1, null] } },
      { payload_json: 'text', url: '/c' },
      { payload: 'x'.repeat(60_000) },
    ],
  ],
  [
    'plain-pull',
    [
      { payload: 'a' },
      { payload: '', tag: 'red' },
      { payload: 'ü', tag: '' },
      { payload: 'x'.repeat(60_000), tag: 't'.repeat(500) },
    ],
  ],
])('stores a plain batch as it stores the same tasks one by one: %s', async (queue, tasks) => {
  await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull') where $1 <> 'default'`, [queue]);
  const stored = () =>
    rows(
      db.pool,
      `
    select t.method, t.url, t.target, t.namespace, t.dispatch_deadline, t.retry, t.headers, t.body_kind, t.tag, t.name, t.body, t.attempts, t.due = t.created as at_once
    from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id where q.name = $1 and not taskqueue._is_purged(t.id, q.purged) order by t.due, t.id`,
      [queue],
    );
  expect(
    await value(db.pool, 'select taskqueue._is_simple_batch($1, $2)', [
      queue === 'default' ? 'push' : 'pull',
      JSON.stringify(tasks),
    ]),
  ).toBe(true);
  await add(tasks, false, queue);
  const together = await stored();
  await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
  for (const task of tasks) await add([task, { payload: 'not plain', countdown: 1000 }], false, queue);
  expect(together).toEqual((await stored()).filter((task) => task.at_once));
  expect(together).toHaveLength(tasks.length);
});

test.each([
  ['push', [1]],
  ['push', [{}]],
  ['push', [{ payload: 'a', name: 'n' }]],
  ['push', [{ payload: 'a', payload_json: 1 }]],
  ['push', [{ payload: 1 }]],
  ['push', [{ payload: 'a', url: 'x' }]],
  ['push', [{ payload: 'a', url: '//x' }]],
  ['push', [{ payload: 'a', url: '/x?y' }]],
  ['push', [{ payload: 'a', url: null }]],
  ['push', [{ payload: 'x'.repeat(65_536) }]],
  ['push', [{ payload_json: null }]],
  ['push', [{ payload: 'a', tag: 't' }]],
  ['push', [{ payload: 'a' }, {}]],
  ['push', [{ payload: 'a', payload_json: null }]],
  ['pull', [{}]],
  ['pull', [{}, { payload: 'a' }]],
  ['pull', [{ tag: 't' }, { payload: 'a' }]],
  ['pull', [{ payload: 'a', tag: null }]],
  ['pull', [{ payload: 'a', url: '/x' }]],
  ['pull', [{ payload: 'a', tag: 1 }]],
  ['pull', [{ payload: 'a', tag: 't'.repeat(501) }]],
  ['pull', [{ payload: null }]],
  ['pull', ['payload']],
])('looks closer at what is not plain: %s %j', async (mode, tasks) => {
  expect(await value(db.pool, 'select taskqueue._is_simple_batch($1, $2)', [mode, JSON.stringify(tasks)])).not.toBe(
    true,
  );
});

test('adds up to five in a transaction, unnamed', async () => {
  expect(await add([{}, {}, {}, {}, {}], true)).toHaveLength(5);
  expect(await refusalCode(add([{}, {}, {}, {}, {}, {}], true))).toBe('TQ018');
  expect(await refusalCode(add([{}, { name: 'a' }], true))).toBe('TQ005');
  expect(await refusalCode(add([{ payload: 'x'.repeat(1048570) }, { payload: '1234567' }], true))).toBe('TQ023');
  expect(await count()).toBe(5);
});
