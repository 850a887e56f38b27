// taskqueue.add_payloads: batches of payloads, stored as add_tasks stores them.
import { beforeEach, expect, test } from 'vitest';
import { useDatabase } from '../../support/db.ts';
import { refusal, refusalCode, rows, value } from '../../support/sql.ts';

const db = useDatabase();
const QUEUES = ['push', 'pull'];

const add = (queue: string, payloads: (string | null)[] | null, more = 'transactional => false') =>
  rows<{ index: number; name: string; result: string; eta: Date; created: Date }>(
    db.pool,
    `select * from taskqueue.add_payloads($1, $2, ${more})`,
    [queue, payloads],
  );

const stored = <Row = Record<string, unknown>>(queue: string) =>
  rows<Row>(
    db.pool,
    `select t.method, t.url, t.target, t.namespace, t.headers, t.body_kind, t.tag, t.name, t.body, t.attempts,
       t.due = t.created as at_once, t.due >= now() - interval '1 minute' as now, t.id & 127 as number
     from taskqueue._tasks as t join taskqueue._queues as q on q.id = t.queue_id
     where q.name = $1 and not taskqueue._is_purged(t.id, q.purged) order by t.due, t.id`,
    [queue],
  );

beforeEach(async () => {
  await db.pool.query(
    `select taskqueue.create_queue(q, mode => q) from unnest($1::text[]) as q
     where not exists (select from taskqueue.queues as there where there.name = q)`,
    [QUEUES],
  );
  for (const queue of QUEUES) await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
});

test.each(QUEUES)('stores what add_tasks stores, in a %s queue', async (queue) => {
  const payloads = ['a', '', 'grüß', '{"b": 1}', 'NULL', 'quote"\\,{}', 'x'.repeat(60_000)];
  await add(queue, payloads);
  const here = await stored(queue);
  await db.pool.query('select taskqueue.purge_queue($1)', [queue]);
  const tasks = JSON.stringify(payloads.map((payload) => ({ payload })));
  await db.pool.query('select taskqueue.add_tasks($1, $2, transactional => false)', [queue, tasks]);
  expect(here).toHaveLength(payloads.length);
  expect(here).toEqual(await stored(queue));
});

test('answers as add_tasks does, in order', async () => {
  const payloads = Array.from({ length: 100 }, (_, index) => `${index}`);
  const added = await add('push', payloads);
  expect(added.map(({ index }) => index)).toEqual(payloads.map(Number));
  expect(added.every(({ result, eta, created }) => result === 'added' && +eta === +created)).toBe(true);
  expect(
    await rows(
      db.pool,
      `select name, convert_from(taskqueue.task_payload(queue, name), 'UTF8') as body from taskqueue.tasks where queue = 'push' order by eta, name`,
    ),
  ).toEqual(added.map(({ name, index }) => ({ name, body: `${index}` })));
});

test('takes a payload of any size that a task may have', async () => {
  await add('push', ['small', 'x'.repeat(70_000)]);
  expect((await stored<{ body: Buffer }>('push')).map(({ body }) => body.length)).toEqual([5, 70_000]);
  expect(await refusalCode(add('push', ['x'.repeat(200_000)]))).toBe('TQ004');
  expect(await stored('push')).toHaveLength(2);
});

test('takes null for a task without a body, which a pull queue refuses', async () => {
  await add('push', ['a', null]);
  expect((await stored('push')).map(({ body }) => body)).toEqual([Buffer.from('a'), null]);
  expect(await refusalCode(add('pull', ['a', null]))).toBe('TQ108');
});

test.each<[string, string, (string | null)[] | null, string, string]>([
  ['null', 'push', null, '', 'TQ108'],
  ['101 payloads', 'push', Array.from({ length: 101 }, () => 'a'), '', 'TQ018'],
  ['six in a transaction', 'push', Array.from({ length: 6 }, () => 'a'), 'transactional => true', 'TQ018'],
  ['six by default', 'push', Array.from({ length: 6 }, () => 'a'), 'wake => true', 'TQ018'],
  ['an unknown queue', 'no-such', ['a'], '', 'TQ001'],
])('refuses %s', async (_, queue, payloads, more, code) => {
  expect(await refusalCode(add(queue, payloads, more || undefined))).toBe(code);
  expect(await stored('push')).toEqual([]);
});

test('answers an empty array with nothing', async () => {
  expect(await add('push', [])).toEqual([]);
});

test('adds to the queue default when none is named, and gives the transaction five places', async () => {
  const client = await db.client();
  await client.query('begin');
  const { rows: first } = await client.query(`select index from taskqueue.add_payloads(null, '{a,b,c}')`);
  const { rows: second } = await client.query(`select index from taskqueue.add_payloads(null, '{d,e}')`);
  expect([first.length, second.length]).toEqual([3, 2]);
  await client.query('savepoint one');
  expect((await refusal(client.query(`select taskqueue.add_payloads(null, '{f}')`))).code).toBe('TQ018');
  await client.query('rollback to one');
  await client.query('commit');
  expect(await value(db.pool, `select count(*)::integer from taskqueue.tasks where queue = 'default'`)).toBe(5);
  expect(
    await refusalCode(
      db.pool.query(`begin; create temp table t (a int); select taskqueue.add_payloads(null, '{a}', false)`),
    ),
  ).toBe('TQ104');
});

test('obeys a storage limit', async () => {
  await db.pool.query(`select taskqueue.set_limits(tasks => 0)`);
  expect(await refusalCode(add('push', ['b']))).toBe('TQ013');
  await db.pool.query(`select taskqueue.set_limits()`);
});
