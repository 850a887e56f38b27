// What passes through an ORM arrives unchanged, and leases, too, belong to its transaction.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deferred } from '../../../src/deferred.ts';
import { BadTransactionStateError, type LeasedTask, TaskQueues } from '../../../src/index.ts';
import { COLUMNS_OF_BYTES } from '../../../src/postgres/orm-executor.ts';
import { useDatabase } from '../../support/db.ts';
import { rejection } from '../../support/rejection.ts';
import { value } from '../../support/sql.ts';
import { ORMS } from './all.ts';
import type { Orm } from './orm.ts';

const database = useDatabase();
let queues: TaskQueues;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  await queues.createQueue('pulled', { mode: 'pull' });
});

/** What some placeholder, template, quoting or encoding may take for its own. */
const TEXTS = [
  ...['?', '??', '\\?', ':name', '::text', ':1', '$1', '$$', '$name', '@name', '%s', '{a,b}', '{}', '"{}"'],
  ...["'", "''", '\\', '\\\\', '\\x41', "E'\\n'", '"', '`', '--', '/* */', ';', '\n\t\r', 'null', 'NULL', '', ' '],
  ...['Zoë', '雪', '😀', '\u2028', '<b>&amp;</b>', '123', '1e5', 'true', '[1]', '{"a":"\\u0041"}'],
];
const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

test('columns of bytes are known by their names', async () => {
  const columns = await database.pool.query(
    `select distinct a.attname as name, a.atttypid = 'bytea'::regtype as bytes
     from pg_attribute as a join pg_class as c on c.oid = a.attrelid
     where c.relnamespace = 'taskqueue'::regnamespace and c.relname !~ '^_' and a.attnum > 0
       and (a.atttypid = 'bytea'::regtype or a.attname = any ($1))
     union
     select coalesce(p.proargnames[i], p.proname), true
     from pg_proc as p left join lateral generate_subscripts(p.proallargtypes, 1) as i
       on p.proallargtypes[i] = 'bytea'::regtype and p.proargmodes[i] in ('o', 't')
     where p.pronamespace = 'taskqueue'::regnamespace and p.proname !~ '^_'
       and (i is not null or p.prorettype = 'bytea'::regtype)`,
    [COLUMNS_OF_BYTES],
  );
  expect(columns.rows.filter(({ bytes }) => !bytes)).toEqual([]);
  expect(columns.rows.map(({ name }) => name).sort()).toEqual(expect.arrayContaining(['payload', 'body']));
  expect(COLUMNS_OF_BYTES).toEqual(expect.arrayContaining(columns.rows.map(({ name }) => name)));
});

class ChangedMind extends Error {}

describe.each(ORMS)('%s', (_, open) => {
  let orm: Orm;
  beforeAll(async () => {
    orm = await open(database.url);
    await queues.queue('pulled').purge();
    await queues.queue().purge();
  });
  afterAll(() => orm?.close());

  test('texts, JSON and bytes', async () => {
    const pulled = queues.queue('pulled');
    const json = {
      texts: TEXTS,
      nested: Object.fromEntries(TEXTS.map((text) => [text, text])),
      number: 1.5,
      none: null,
    };
    await orm.transaction(async ({ passed: transaction }) => {
      await pulled.add({ payload: TEXTS.join('|') }, { transaction });
      await pulled.add({ payload: BYTES, tag: 'Zoë ? :a $1 \\' }, { transaction });
      await pulled.add([{ json }, { payload: BYTES }], { transaction });
      await pulled.add({ json: '?' }, { transaction });
    });
    const leased = await orm.transaction(({ passed: transaction }) =>
      pulled.leaseTasks({ leaseSeconds: 60, maxTasks: 10 }, { transaction }),
    );
    const texts = leased.map(({ payload }) => Buffer.from(payload).toString('utf8'));
    expect(texts).toContain(TEXTS.join('|'));
    expect(texts).toContain('"?"');
    expect(texts.filter((text) => text.startsWith('{')).map((text) => JSON.parse(text))).toEqual([json]);
    const bytes = leased.filter(({ payload }) => Buffer.compare(payload, BYTES) === 0);
    expect(bytes.map(({ tag }) => tag)).toEqual(['Zoë ? :a $1 \\', null]);
    await pulled.purge();
  });

  test('batches of nothing but text', async () => {
    const pulled = queues.queue('pulled');
    for (let at = 0; at < TEXTS.length; at += 5) {
      const tasks = TEXTS.slice(at, at + 5).map((payload) => ({ payload }));
      await orm.transaction(({ passed: transaction }) => pulled.add(tasks, { transaction }));
    }
    const leased = await pulled.leaseTasks({ leaseSeconds: 60, maxTasks: 100 });
    expect(leased.map(({ payload }) => Buffer.from(payload).toString('utf8')).sort()).toEqual([...TEXTS].sort());
    await pulled.purge();
  });

  test('params and headers of a push task', async () => {
    const headers = { 'x-a': "? :a $1 '" };
    const push = { url: '/a/:b/$1', params: { list: TEXTS, text: TEXTS.join('&') }, headers };
    await orm.transaction(({ passed: transaction }) => queues.add(push, { transaction }));
    await queues.add(push);
    const different = `select count(distinct (headers, body)) from taskqueue._tasks where url = '/a/:b/$1'`;
    expect(Number(await value(database.pool, different))).toBe(1);
    await queues.queue().purge();
  });

  test('a lease, its renewal and a delete are rolled back with the transaction', async () => {
    const pulled = queues.queue('pulled');
    await pulled.add({ payload: 'one', tag: 'a' });
    const lease = { leaseSeconds: 60, maxTasks: 1 };
    const undone = orm.transaction(async ({ passed: transaction }) => {
      const [task] = (await pulled.leaseTasks(lease, { transaction })) as [LeasedTask];
      expect(String(task.payload)).toBe('one');
      expect(task.eta.getTime()).toBeGreaterThan(Date.now() + 30_000);
      await pulled.modifyTaskLease(task, 600, { transaction });
      expect(task.eta.getTime()).toBeGreaterThan(Date.now() + 500_000);
      expect(await pulled.deleteTask(task, { transaction })).toBe(true);
      throw new ChangedMind();
    });
    expect(await rejection(undone)).toBeInstanceOf(ChangedMind);
    const [task] = (await orm.transaction(({ passed: transaction }) =>
      pulled.leaseTasksByTag({ ...lease, tag: 'a' }, { transaction }),
    )) as [LeasedTask];
    expect(task).toMatchObject({ tag: 'a', retryCount: 1 });
    const none = { transaction: (await orm.transaction(async (transaction) => ({ transaction }))).transaction };
    expect(await rejection((async () => pulled.deleteTasks([task], { transaction: none.transaction.passed }))())) //
      .toBeInstanceOf(BadTransactionStateError);
    await orm.transaction(async ({ passed: transaction }) => {
      expect(await pulled.leaseTasks(lease, { transaction })).toEqual([]);
      expect(await pulled.deleteTasks([task, 'no-such-task'], { transaction })).toEqual([
        { name: task.name, deleted: true },
        { name: 'no-such-task', deleted: false },
      ]);
    });
    expect((await pulled.fetchStatistics()).tasks).toBe(0);
  });

  test('a deferred call that is too large for its task', async () => {
    const deferred = new Deferred(queues);
    const note = deferred.register('note', (_text: string) => {});
    const text = '?$1'.repeat(100_000);
    await orm.transaction(({ passed: transaction }) => note.defer([text], { transaction }));
    expect(Number(await value(database.pool, 'select count(*) from taskqueue._deferred_payload'))).toBe(1);
    await queues.queue().purge();
    await database.pool.query('delete from taskqueue._deferred_payload');
  });
});
