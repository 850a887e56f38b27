// Rows of an outbox become named tasks: once each, in order per key, and none is lost or holds up the others.

import { beforeAll, describe, expect, test } from 'vitest';
import { Outbox, outboxSql } from '../../src/relay/outbox.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { rows, value } from '../support/sql.ts';
import { makeStore, relayFrom } from './harness.ts';

const db = useDatabase();
beforeAll(() =>
  db.pool.query(`select taskqueue.create_queue(name, mode => 'pull') from unnest('{one,two}'::text[]) as name`),
);

const added = (queue: string) =>
  rows<{ name: string; payload: string }>(
    db.pool,
    `select t.name, convert_from(taskqueue.task_payload(t.queue, t.name), 'UTF8') as payload
     from taskqueue.tasks as t where t.queue = $1 order by t.created, t.name`,
    [queue],
  );

/** Creates a queue of its own for a test. */
let queues = 0;
async function newQueue(options = ''): Promise<string> {
  const name = `q-${queues++}`;
  await db.pool.query(`select taskqueue.create_queue('${name}', mode => 'pull'${options})`);
  return name;
}

test('rows become tasks named after them, and leave the outbox', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  const [first, second] = await store.write(
    { queue, task: { payload: 'a' } },
    { queue, task: { payload_json: { b: 1 } } },
  );
  const { pass, source } = relayFrom(store, db.pool);
  expect(await pass()).toBe(false);
  expect(await added(queue)).toEqual([
    { name: `shop-${first}`, payload: 'a' },
    { name: `shop-${second}`, payload: '{"b": 1}' },
  ]);
  expect(await store.left()).toEqual([]);
  expect(source.counts).toMatchObject({ added: 2, repeated: 0, refused: 0, setAside: 0, lagSeconds: 0 });
});

test('a row that comes again is refused as a repeat, also after its task has ended, and leaves', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  const [id] = await store.write({ queue, task: { payload: 'a' } });
  const again = () =>
    store.pool.query(`insert into taskqueue_outbox (id, queue, task) values ($1, $2, '{"payload": "a"}')`, [id, queue]);
  const { pass, source } = relayFrom(store, db.pool);
  await pass();
  await again();
  await pass();
  await db.pool.query('select taskqueue.delete_task($1, $2)', [queue, `shop-${id}`]);
  await again();
  await pass();
  expect(source.counts).toMatchObject({ added: 1, repeated: 2 });
  expect([await store.left(), await added(queue)]).toEqual([[], []]);
});

test('a row whose transaction has not committed is not there; one that rolled back never is', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  const client = await store.pool.connect();
  const insert = (payload: string) =>
    client.query(`insert into taskqueue_outbox (queue, task) values ($1, $2)`, [queue, JSON.stringify({ payload })]);
  const { pass } = relayFrom(store, db.pool);
  await client.query('begin');
  await insert('early');
  await store.write({ queue, task: { payload: 'late' } });
  await pass();
  expect((await added(queue)).map(({ payload }) => payload)).toEqual(['late']);
  await client.query('commit');
  await client.query('begin');
  await insert('never');
  await client.query('rollback');
  client.release();
  await pass();
  expect((await added(queue)).map(({ payload }) => payload).sort()).toEqual(['early', 'late']);
});

test('thousands of rows are added in the order of each key', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  await store.pool.query(
    `insert into taskqueue_outbox (queue, task, key)
     select $1, jsonb_build_object('payload', n::text), 'key-' || n % 7 from generate_series(1, 2500) as n order by n`,
    [queue],
  );
  const { pass } = relayFrom(store, db.pool);
  expect([await pass(), await pass(), await pass()]).toEqual([true, true, false]);
  const order = await rows<{ payload: string }>(
    db.pool,
    `select convert_from(body, 'UTF8') as payload from taskqueue._tasks as t
     join taskqueue._queues as q on q.id = t.queue_id where q.name = $1 order by t.id`,
    [queue],
  );
  const numbers = order.map(({ payload }) => Number(payload));
  for (let key = 0; key < 7; key++) {
    const ofKey = numbers.filter((number) => number % 7 === key);
    expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
  }
  expect(numbers).toHaveLength(2500);
});

describe('a row that cannot be added', () => {
  test.each<[string, unknown, string]>([
    ['is no object', 7, 'must be a JSON object without a name'],
    ['has a name', { name: 'own', payload: 'x' }, 'must be a JSON object without a name'],
    ['has an unknown property', { paylod: 'x' }, 'paylod'],
    ['has no payload', {}, ''],
  ])('because it %s stays, is named, and holds up only those of its key', async (_, task, message) => {
    const store = await makeStore();
    const queue = await newQueue();
    const ids = await store.write(
      { queue, task: { payload: 'before' }, key: 'a' },
      { queue, task, key: 'a' },
      { queue, task: { payload: 'behind' }, key: 'a' },
      { queue, task: { payload: 'beside' }, key: 'b' },
      { queue, task: { payload: 'free' } },
      { queue: 'one', task: { payload: 'elsewhere' }, key: 'a' },
    );
    const { pass, logger, source, clock } = relayFrom(store, db.pool);
    await pass();
    await pass();
    expect((await added(queue)).map(({ payload }) => payload).sort()).toEqual(['before', 'beside', 'free']);
    expect(await store.left()).toEqual([ids[1], ids[2]]);
    expect(logger.lines).toEqual([
      ['error', expect.stringContaining('could not relay a row'), expect.objectContaining({ id: ids[1], key: 'a' })],
    ]);
    expect(String(logger.lines[0]?.[2].error)).toContain(message);
    expect(source.counts).toMatchObject({ refused: 1, setAside: 1 });

    await store.pool.query(`update taskqueue_outbox set task = '{"payload": "mended"}' where id = $1`, [ids[1]]);
    clock.advance(31);
    await pass();
    expect(
      (await added(queue))
        .map(({ payload }) => payload)
        .slice(-2)
        .sort(),
    ).toEqual(['behind', 'mended']);
    expect(await store.left()).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['there is no such queue', 'none-yet', 'there is no queue none-yet'],
    ['the queue forgets names too soon', 'forgetful', 'must keep names for a day or longer'],
  ])('because %s waits for its queue, and the others go on', async (_, queue, message) => {
    const store = await makeStore();
    if (queue === 'forgetful')
      await db.pool.query(`select taskqueue.create_queue($1, mode => 'pull', tombstone_ttl => '23 hours')`, [queue]);
    await store.write(
      { queue, task: { payload: 'a' } },
      { queue, task: { payload: 'b' } },
      { queue: 'two', task: { payload: 'c' } },
    );
    const { pass, logger, source, clock } = relayFrom(store, db.pool);
    await pass();
    await pass();
    expect(await store.left()).toHaveLength(2);
    expect(logger.lines.map(([, , { queue: named, error }]) => [named, error])).toEqual([
      [queue, expect.stringContaining(message)],
    ]);
    expect(source.counts).toMatchObject({ added: 1, refused: 2, setAside: 1 });
    const mend =
      queue === 'forgetful' ? `update_queue($1, tombstone_ttl => '1 day')` : `create_queue($1, mode => 'pull')`;
    await db.pool.query(`select taskqueue.${mend}`, [queue]);
    clock.advance(31);
    await pass();
    expect((await added(queue)).map(({ payload }) => payload)).toEqual(['a', 'b']);
    expect(await store.left()).toEqual([]);
  });
});

test('when there is no room for any task, the queue waits as a whole, and is told of once', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  await store.write(...['a', 'b', 'c'].map((payload) => ({ queue, task: { payload } })));
  const { pass, logger, source, clock } = relayFrom(store, db.pool);
  await db.pool.query('select taskqueue.set_limits(tasks => 0)');
  await pass();
  await db.pool.query('select taskqueue.set_limits()');
  expect(logger.lines).toHaveLength(1);
  expect(source.counts).toMatchObject({ refused: 3, setAside: 1 });
  clock.advance(31);
  await pass();
  expect((await added(queue)).map(({ payload }) => payload)).toEqual(['a', 'b', 'c']);
});

test('two relays of one outbox add each row once', async () => {
  const store = await makeStore();
  const queue = await newQueue();
  await store.pool.query(
    `insert into taskqueue_outbox (queue, task) select $1, jsonb_build_object('payload', n::text) from generate_series(1, 900) as n`,
    [queue],
  );
  const relays = [relayFrom(store, db.pool), relayFrom(store, db.pool)];
  await Promise.all(relays.map(({ pass }) => pass()));
  const counted = relays.reduce((sum, { source }) => sum + source.counts.added, 0);
  expect([counted, (await added(queue)).length, await store.left()]).toEqual([900, 900, []]);
});

test('the age of the oldest row is told, while it is set aside too', async () => {
  const store = await makeStore();
  await store.write({ queue: 'none-such', task: { payload: 'a' } });
  await store.pool.query(`update taskqueue_outbox set created = created - interval '1 hour'`);
  const { pass, source } = relayFrom(store, db.pool);
  await pass();
  expect(source.counts.lagSeconds).toBeGreaterThan(3_599);
});

test('an outbox with a schema, and names that need quotes', async () => {
  const store = await makeStore();
  await store.pool.query('create schema "Side Door"');
  await store.pool.query(outboxSql('Side Door.Out"box'));
  await store.pool.query(`insert into "Side Door"."Out""box" (queue, task) values ('one', '{"payload": "x"}')`);
  const outbox = new Outbox(store.pool, 'Side Door.Out"box');
  expect(await outbox.read(10, { ids: [], queues: [], lanes: [] })).toMatchObject([{ queue: 'one', key: null }]);
  const missing = new Outbox(store.pool, 'nowhere');
  expect(String(await rejection(missing.lagSeconds()))).toContain('pgtaskqueue relay --print-table');
});

test('a role that may only enqueue may relay', async () => {
  expect(
    await value(
      db.pool,
      `select has_function_privilege('taskqueue_enqueuer', 'taskqueue.relay_tasks(text, text[], jsonb)', 'execute')`,
    ),
  ).toBe(true);
});
