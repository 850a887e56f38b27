// Every ORM passes the same checks: a task belongs to its transaction, whatever happens to that.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BadTransactionStateError,
  DatastoreError,
  InvalidTaskNameError,
  InvalidUrlError,
  type NewTask,
  TaskQueues,
  TooManyTasksError,
  TransientError,
  UnknownQueueError,
} from '../../../src/index.ts';
import { Dispatcher } from '../../../src/server.ts';
import { drain, type FakeTarget, fakeTarget } from '../../../src/testing.ts';
import { useDatabase } from '../../support/db.ts';
import { eventually } from '../../support/eventually.ts';
import { rejection } from '../../support/rejection.ts';
import { rows, value } from '../../support/sql.ts';
import { ORMS } from './all.ts';
import type { Orm, OrmTransaction } from './orm.ts';

const database = useDatabase();
let queues: TaskQueues;
let target: FakeTarget;
let dispatcher: Dispatcher;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  target = await fakeTarget();
  const development = { ignoreRates: true };
  dispatcher = new Dispatcher({ database: database.url, targets: { default: target.url }, development });
  await queues.createQueue('pulled', { mode: 'pull' });
  await database.pool.query('create table orm_rows (id integer)');
});
afterAll(() => Promise.all([dispatcher.stop(), target.close()]));

const tasks = () => value<string>(database.pool, 'select count(*) from taskqueue.tasks').then(Number);
const storedRows = () => value<string>(database.pool, 'select count(*) from orm_rows').then(Number);
/** Whether the latest task was written by the transaction that wrote the row. */
const writtenTogether = () =>
  value<boolean>(
    database.pool,
    'select t.xmin = r.xmin from (select xmin from taskqueue._tasks order by id desc limit 1) as t, orm_rows as r',
  );
const store = (transaction: OrmTransaction) => transaction.run('insert into orm_rows values (1)');

class ChangedMind extends Error {}

describe.each(ORMS)('%s', (name, open) => {
  let orm: Orm;
  beforeAll(async () => {
    orm = await open(database.url);
  });
  beforeEach(async () => {
    await queues.queue().purge();
    await queues.queue('pulled').purge();
    await database.pool.query('truncate orm_rows');
  });
  afterAll(() => orm?.close());

  const add = (transaction: OrmTransaction, task: NewTask = {}) =>
    queues.add(task, { transaction: transaction.passed });

  test('a task of a committed transaction is delivered, with the row', async () => {
    const name = await orm.transaction(async (transaction) => {
      await store(transaction);
      const task = await add(transaction, { url: '/ship', json: { order: 7 } });
      expect(await tasks()).toBe(0);
      return task.name;
    });
    expect(await storedRows()).toBe(1);
    expect(await drain(dispatcher)).toMatchObject({ claimed: 1, completed: 1 });
    const received = target.requests.at(-1);
    expect(received).toMatchObject({ url: '/ship', headers: { 'x-appengine-taskname': name } });
    expect(JSON.parse(String(received?.body))).toEqual({ order: 7 });
  });

  test('a task of a transaction that is rolled back does not exist', async () => {
    const outcome = orm.transaction(async (transaction) => {
      await store(transaction);
      await add(transaction);
      throw new ChangedMind();
    });
    expect(await rejection(outcome)).toBeInstanceOf(ChangedMind);
    expect([await tasks(), await storedRows()]).toEqual([0, 0]);
  });

  test('a sixth task is refused, and the transaction continues from a savepoint', async () => {
    await orm.transaction(async (transaction) => {
      for (let n = 0; n < 5; n++) await add(transaction);
      const error = await rejection(transaction.nested((inner) => add(inner)));
      expect(error).toBeInstanceOf(TooManyTasksError);
      expect(error).toMatchObject({ sqlState: 'TQ018' });
      await store(transaction);
    });
    expect([await tasks(), await storedRows()]).toEqual([5, 1]);
  });

  test('tasks of a savepoint that is rolled back do not exist, those after it do', async () => {
    await orm.transaction(async (transaction) => {
      const inner = transaction.nested(async (nested) => {
        await add(nested, { url: '/inner' });
        throw new ChangedMind();
      });
      expect(await rejection(inner)).toBeInstanceOf(ChangedMind);
      await transaction.nested((nested) => add(nested, { url: '/nested' }));
      await add(transaction, { url: '/outer' });
    });
    expect(await rows(database.pool, 'select url from taskqueue.tasks order by url')).toEqual([
      { url: '/nested' },
      { url: '/outer' },
    ]);
  });

  test('what is wrong is refused with its class, and found before the database aborts anything', async () => {
    await orm.transaction(async (transaction) => {
      expect(await rejection(add(transaction, { name: 'named' }))).toBeInstanceOf(InvalidTaskNameError);
      const { passed } = transaction;
      const six = queues.add(Array(6).fill({}), { transaction: passed });
      expect(await rejection(six)).toBeInstanceOf(TooManyTasksError);
      await add(transaction);
    });
    expect(await tasks()).toBe(1);
  });

  test('an error of the server has its class, SQLSTATE and hint', async () => {
    await orm.transaction(async (transaction) => {
      const invalid = await rejection(transaction.nested((inner) => add(inner, { url: 'no path' })));
      expect(invalid).toBeInstanceOf(InvalidUrlError);
      const own = await rejection(queues.add({ url: 'no path' }));
      const { message, sqlState, hint, detail } = own as InvalidUrlError;
      expect(invalid).toMatchObject({ message, sqlState, ...(hint ? { hint } : {}), ...(detail ? { detail } : {}) });
      const nowhere = (inner: OrmTransaction) => queues.queue('nowhere').add({}, { transaction: inner.passed });
      expect(await rejection(transaction.nested(nowhere))).toBeInstanceOf(UnknownQueueError);
    });
  });

  test('a serialization failure is a retryable error, and the retry adds one task', async () => {
    await database.pool.query(
      'create table if not exists seats (taken integer); truncate seats; insert into seats values (0)',
    );
    const other = await database.client();
    await other.query('begin isolation level serializable');
    await other.query('select sum(taken) from seats');
    await other.query('insert into seats values (1)');
    let tries = 0;
    const reserve = () =>
      orm.transaction(async (transaction) => {
        tries++;
        await transaction.run('select sum(taken) from seats');
        await transaction.run('insert into seats values (1)');
        if (tries === 1) await other.query('commit');
        await add(transaction);
      }, true);
    const lost = await rejection(reserve());
    expect(lost).toBeDefined();
    if (lost instanceof DatastoreError) expect(lost).toMatchObject({ sqlState: '40001', retryable: true });
    expect(await tasks()).toBe(0);
    await reserve();
    expect(await tasks()).toBe(1);
    await other.end();
  });

  test('an add that is not awaited is in the transaction, or refused', async () => {
    let late: Promise<unknown> | undefined;
    await orm.transaction(async (transaction) => {
      await store(transaction);
      late = rejection(add(transaction));
    });
    const error = await late;
    if (error !== undefined) expect(error).toBeInstanceOf(BadTransactionStateError);
    else expect(await writtenTogether()).toBe(true);
    expect(await tasks()).toBe(error === undefined ? 1 : 0);
  });

  test('an add that is not awaited before a rollback leaves no task', async () => {
    let late: Promise<unknown> | undefined;
    const outcome = orm.transaction(async (transaction) => {
      await store(transaction);
      late = rejection(add(transaction));
      throw new ChangedMind();
    });
    await rejection(outcome);
    await late;
    expect(await tasks()).toBe(0);
  });

  test('adds at any moment around the commit are in the transaction, or refused', async () => {
    for (let ticks = 0; ticks < 60; ticks++) {
      let late: Promise<unknown> | undefined;
      await orm.transaction(async (transaction) => {
        await store(transaction);
        const { promise, resolve } = Promise.withResolvers<unknown>();
        late = promise;
        void (async () => {
          for (let n = 0; n < ticks; n++) await null;
          resolve(await rejection((async () => add(transaction))()));
        })();
      });
      const error = await late;
      if (error !== undefined) expect(error).toBeInstanceOf(BadTransactionStateError);
      else expect([ticks, await writtenTogether()]).toEqual([ticks, true]);
      expect([ticks, await tasks()]).toEqual([ticks, error === undefined ? 1 : 0]);
      await queues.queue().purge();
      await database.pool.query('truncate orm_rows');
    }
  });

  test('an add after the end is refused', async () => {
    const ended = await orm.transaction(async (transaction) => {
      await add(transaction);
      return { transaction };
    });
    expect(await rejection((async () => add(ended.transaction))())).toBeInstanceOf(BadTransactionStateError);
    expect(await tasks()).toBe(1);
    await orm.transaction(add); // the connection still works
    expect(await tasks()).toBe(2);
  });

  test('parallel adds are all in the transaction', async () => {
    await orm.transaction((transaction) => Promise.all([1, 2, 3, 4, 5].map((n) => add(transaction, { json: { n } }))));
    expect(await tasks()).toBe(5);
  });

  // Under way, because afterwards each driver says something else, and postgres.js answers no more.
  test('losing the connection during an add is a TransientError, and no task exists', async () => {
    const blocker = await database.client();
    await blocker.query('begin');
    await blocker.query('lock table taskqueue._tasks in share mode');
    const lost = Promise.withResolvers<unknown>();
    const outcome = rejection(
      orm.transaction(async (transaction) => {
        lost.resolve(await rejection((async () => add(transaction))()));
        // postgres.js rejects the transaction by itself, and its ROLLBACK to a lost connection ends the process.
        if (name.endsWith('postgres.js')) await new Promise(() => {});
        throw new ChangedMind();
      }),
    );
    await eventually(async () => {
      const { rowCount } = await database.pool.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(1);
    });
    await blocker.query('rollback');
    await outcome;
    const error = await lost.promise; // some ORMs reject before the add
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ retryable: true, sent: false });
    expect(await tasks()).toBe(0);
  });
});
