// Adds in the caller's transaction are committed with it or not at all, awaited or not.

import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  BadTransactionStateError,
  DatastoreError,
  InvalidTaskNameError,
  InvalidUrlError,
  TaskQueues,
  TooManyTasksError,
  TransientError,
  UnknownQueueError,
} from '../../src/index.ts';
import { call } from '../../src/schema/call.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { value } from '../support/sql.ts';

const database = useDatabase();
let queues: TaskQueues;
// biome-ignore lint/suspicious/noExplicitAny: only plain SQL is sent through it
let kysely: Kysely<any>;

beforeAll(() => {
  queues = new TaskQueues({ database: database.pool });
  kysely = new Kysely({ dialect: new PostgresDialect({ pool: database.pool }) });
});

beforeEach(async () => {
  await queues.queue().purge();
});

const count = () => value<string>(database.pool, 'select count(*) from taskqueue.tasks').then(Number);

describe('with a pg client', () => {
  async function begun(): Promise<pg.Client> {
    const client = await database.client();
    await client.query('begin');
    return client;
  }

  test('the task exists if and only if the transaction commits', async () => {
    const client = await begun();
    const task = await queues.add({ url: '/a' }, { transaction: client });
    expect(task).toMatchObject({ queueName: 'default', wasEnqueued: true });
    expect(await count()).toBe(0);
    await client.query('rollback');
    expect(await count()).toBe(0);
    await client.query('begin');
    await queues.add([{ url: '/a' }, { url: '/b' }], { transaction: client });
    await client.query('commit');
    expect(await count()).toBe(2);
  });

  test('adds run in parallel', async () => {
    const client = await begun();
    const added = await Promise.all([1, 2, 3, 4, 5].map((n) => queues.add({ json: { n } }, { transaction: client })));
    await client.query('commit');
    expect(new Set(added.map(({ name }) => name)).size).toBe(5);
    expect(await count()).toBe(5);
  });

  test('an add that is not awaited is part of the transaction whose commit is sent after it', async () => {
    const client = await begun();
    const adds = [queues.add({}, { transaction: client }), queues.add({}, { transaction: client })];
    const { command } = await client.query('commit');
    expect(command).toBe('COMMIT');
    await Promise.all(adds);
    expect(await count()).toBe(2);
  });

  test('an add that fails without being awaited aborts the transaction, and rejects', async () => {
    const client = await begun();
    await client.query('create table half_done ()');
    const good = queues.add({}, { transaction: client });
    const bad = rejection(queues.add({ url: 'no path' }, { transaction: client }));
    const { command } = await client.query('commit');
    await good;
    expect(await bad).toBeInstanceOf(InvalidUrlError);
    expect(command).toBe('ROLLBACK');
    expect(await count()).toBe(0);
    expect(await value(database.pool, "select to_regclass('half_done')")).toBeNull();
  });

  test('an add during the commit is rejected, and leaves no task', async () => {
    const client = await begun();
    const commit = client.query('commit');
    expect(await rejection(queues.add({}, { transaction: client }))).toBeInstanceOf(BadTransactionStateError);
    await commit;
    expect(await count()).toBe(0);
  });

  test('a client without a transaction is rejected', async () => {
    const client = await database.client();
    expect(await rejection(queues.add({}, { transaction: client }))).toBeInstanceOf(BadTransactionStateError);
    const pool = database.pool as unknown as pg.Client;
    expect(await rejection(queues.add({}, { transaction: pool }))).toBeInstanceOf(BadTransactionStateError);
    expect(await rejection(queues.add({}, { transaction: {} as pg.Client }))).toBeInstanceOf(TypeError);
    expect(await count()).toBe(0);
  });

  test('a client whose BEGIN has not returned is accepted', async () => {
    const client = await database.client();
    const begin = client.query('begin');
    const add = queues.add({}, { transaction: client });
    await begin;
    await add;
    expect(await count()).toBe(0);
    await client.query('commit');
    expect(await count()).toBe(1);
  });

  test('a failed transaction is reported as such', async () => {
    const client = await begun();
    await rejection(client.query('select 1 / 0'));
    const error = await rejection(queues.add({}, { transaction: client }));
    expect(error).toBeInstanceOf(BadTransactionStateError);
    expect(error).toMatchObject({ sqlState: '25P02' });
    await client.query('rollback');
  });

  test('a pipelining client works as well', async () => {
    const client = new pg.Client({ connectionString: database.url, pipeline: true } as pg.ClientConfig);
    await client.connect();
    const [, first, second] = [
      client.query('begin'),
      queues.add({}, { transaction: client }),
      queues.add({}, { transaction: client }),
    ];
    await client.query('commit');
    await Promise.all([first, second]);
    const commit = client.query('commit');
    expect(await rejection(queues.add({}, { transaction: client }))).toBeInstanceOf(BadTransactionStateError);
    await commit;
    await client.end();
    expect(await count()).toBe(2);
  });

  test('an error found without the database does not abort the transaction', async () => {
    const client = await begun();
    await client.query('create table kept ()');
    const transaction = client;
    expect(await rejection(queues.add({ name: 'named' }, { transaction }))).toBeInstanceOf(InvalidTaskNameError);
    expect(await rejection(queues.add(Array(6).fill({}), { transaction }))).toBeInstanceOf(TooManyTasksError);
    expect(await rejection(queues.add({ contdown: 5 } as object, { transaction }))).toBeInstanceOf(TypeError);
    await client.query('commit');
    expect(await value(database.pool, "select to_regclass('kept') is not null")).toBe(true);
  });

  test('a sixth task is rejected; rolling back to a savepoint keeps the others', async () => {
    const client = await begun();
    for (let n = 0; n < 5; n++) await queues.add({}, { transaction: client });
    await client.query('savepoint before');
    expect(await rejection(queues.add({}, { transaction: client }))).toBeInstanceOf(TooManyTasksError);
    await client.query('rollback to before');
    await client.query('commit');
    expect(await count()).toBe(5);
  });

  test('of six parallel adds, the sixth is rejected', async () => {
    const client = await begun();
    const adds = Array.from({ length: 6 }, () => rejection(queues.add({}, { transaction: client })));
    const outcomes = await Promise.all(adds);
    expect(outcomes.slice(0, 5)).toEqual(Array(5).fill(undefined));
    expect(outcomes[5]).toBeInstanceOf(TooManyTasksError);
    await client.query('rollback');
  });

  test('a serialization failure is a retryable error of the transaction', async () => {
    await database.pool.query('create table seats (taken int); insert into seats values (0)');
    const [first, second] = [await database.client(), await database.client()];
    for (const client of [first, second]) {
      await client.query('begin isolation level serializable');
      await client.query('select sum(taken) from seats');
      await client.query('insert into seats values (1)');
    }
    await queues.add({}, { transaction: first });
    await first.query('commit');
    const lost = await rejection(queues.add({}, { transaction: second }));
    if (lost === undefined) {
      expect(await rejection(second.query('commit'))).toMatchObject({ code: '40001' });
    } else {
      expect(lost).toBeInstanceOf(DatastoreError);
      expect(lost).toMatchObject({ code: 10_002, sqlState: '40001', retryable: true });
      await second.query('rollback');
    }
    expect(await count()).toBe(1);
  });

  test('a statement timeout is a DatastoreError', async () => {
    const blocker = await database.client();
    await blocker.query('begin');
    await blocker.query('lock table taskqueue._tasks');
    const client = await begun();
    await client.query("set local statement_timeout = '50ms'");
    const error = await rejection(queues.add({}, { transaction: client }));
    await blocker.query('rollback');
    await client.query('rollback');
    expect(error).toBeInstanceOf(DatastoreError);
    expect(error).toMatchObject({ code: 10_005, sqlState: '57014', retryable: false });
  });

  test('losing the connection in the transaction is a TransientError: nothing was committed', async () => {
    const client = await begun();
    const pid = await value<number>(client, 'select pg_backend_pid()');
    await queues.add({}, { transaction: client });
    await database.pool.query('select pg_terminate_backend($1)', [pid]);
    const error = await rejection(queues.add({}, { transaction: client }));
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ retryable: true, sent: false });
    expect(await count()).toBe(0);
  });
});

describe('with a Kysely transaction', () => {
  test('the task exists if and only if the transaction commits', async () => {
    await kysely.transaction().execute((transaction) => queues.add({ url: '/a' }, { transaction }));
    expect(await count()).toBe(1);
    const failed = kysely.transaction().execute(async (transaction) => {
      await queues.add([{}, {}], { transaction });
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await count()).toBe(1);
  });

  test('adds run in parallel as far as Kysely allows', async () => {
    await kysely
      .transaction()
      .execute((transaction) => Promise.all([1, 2, 3].map((n) => queues.add({ json: { n } }, { transaction }))));
    expect(await count()).toBe(3);
  });

  test('an add that is not awaited is in the transaction or rejects, but is never outside it', async () => {
    const adds: Promise<unknown>[] = [];
    await kysely.transaction().execute(async (transaction) => {
      for (let n = 0; n < 3; n++) adds.push(rejection(queues.add({}, { transaction })));
    });
    const outcomes = await Promise.all(adds);
    expect(outcomes[0]).toBeUndefined();
    for (const late of outcomes.slice(1)) expect(late).toBeInstanceOf(BadTransactionStateError);
    expect(await count()).toBe(1);
  });

  test('an add that fails without being awaited rolls the transaction back', async () => {
    let add: Promise<unknown> | undefined;
    const transaction = kysely.transaction().execute(async (transaction) => {
      add = rejection(queues.queue('nowhere').add({}, { transaction }));
    });
    await expect(transaction).rejects.toThrow();
    expect(await add).toBeInstanceOf(UnknownQueueError);
  });

  test('an add during the commit is rejected', async () => {
    let add: Promise<unknown> | undefined;
    await kysely.transaction().execute(async (transaction) => {
      void (async () => {
        for (let turn = 0; turn < 50; turn++) await null; // the callback has returned, the answer to COMMIT has not come
        add = rejection(queues.add({}, { transaction }));
      })();
    });
    expect(await add).toBeInstanceOf(BadTransactionStateError);
    expect(await count()).toBe(0);
  });

  test('an add after the transaction is rejected', async () => {
    const ended = await kysely.transaction().execute(async (transaction) => transaction);
    expect(await rejection(queues.add({}, { transaction: ended }))).toBeInstanceOf(BadTransactionStateError);
    const controlled = await kysely.startTransaction().execute();
    await queues.add({}, { transaction: controlled });
    await controlled.rollback().execute();
    expect(await rejection(queues.add({}, { transaction: controlled }))).toBeInstanceOf(BadTransactionStateError);
    expect(await count()).toBe(0);
  });

  test('a Kysely instance outside a transaction is rejected', async () => {
    const transaction = kysely as never;
    expect(await rejection(queues.add({}, { transaction }))).toBeInstanceOf(BadTransactionStateError);
  });

  test('a task can be added to a queue created in the same transaction', async () => {
    const transaction = await kysely.startTransaction().execute();
    const { sql, parameters } = call('create_queue', { queue: 'made-within' });
    await transaction.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    await queues.queue('made-within').add({}, { transaction });
    await transaction.commit().execute();
    expect(await count()).toBe(1);
    await queues.deleteQueue('made-within');
  });

  test('TaskQueues rejects a transaction as its database', async () => {
    await kysely.transaction().execute(async (transaction) => {
      expect(() => new TaskQueues({ database: transaction })).toThrow(TypeError);
    });
  });

  test('plugins that rename columns do not affect the statement', async () => {
    const { CamelCasePlugin } = await import('kysely');
    const task = await kysely
      .withPlugin(new CamelCasePlugin())
      .transaction()
      .execute((transaction) => queues.add({}, { transaction }));
    expect(task.name).toMatch(/^[a-zA-Z0-9_-]+$/);
  });

  test('rolling back to a savepoint of a controlled transaction frees its share of the limit', async () => {
    const transaction = await kysely.startTransaction().execute();
    const inner = await transaction.savepoint('before').execute();
    await queues.add({ url: '/lost' }, { transaction: inner });
    await inner.rollbackToSavepoint('before').execute();
    for (let n = 0; n < 5; n++) await queues.add({}, { transaction });
    await transaction.commit().execute();
    expect(await count()).toBe(5);
  });
});
