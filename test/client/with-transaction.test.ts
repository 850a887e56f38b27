// withTransaction: commits, rolls back, repeats lost races, and ends the use of its client.

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { BadTransactionStateError, TaskQueues, TooManyTasksError, withTransaction } from '../../src/index.ts';
import { useDatabase } from '../support/db.ts';
import { rejection } from '../support/rejection.ts';
import { rows, value } from '../support/sql.ts';

const database = useDatabase();
let queues: TaskQueues;
/** One connection, so that each transaction follows another one on it. */
let pool: pg.Pool;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => {});
  await database.pool.query('create table seats (taken integer)');
});
beforeEach(async () => {
  await queues.queue().purge();
  await database.pool.query('truncate seats; insert into seats values (0)');
});
afterAll(() => pool.end());

const count = () => value<string>(database.pool, 'select count(*) from taskqueue.tasks').then(Number);

test('commits, and returns what the work returns', async () => {
  const name = await withTransaction(pool, async (client) => {
    const task = await queues.add({}, { transaction: client });
    const { rows: found } = await client.query<{ one: number }>('select 1 as one');
    return `${task.name}-${found[0]?.one}`;
  });
  expect(name).toMatch(/-1$/);
  expect(await count()).toBe(1);
  expect(await withTransaction(pool, () => 7)).toBe(7);
});

test('rolls back when the work throws, at once or later', async () => {
  for (const work of [
    () => {
      throw new Error('changed my mind');
    },
    async (client: pg.PoolClient) => {
      await queues.add({}, { transaction: client });
      throw new Error('changed my mind');
    },
  ]) {
    await expect(withTransaction(pool, work)).rejects.toThrow('changed my mind');
  }
  expect(await count()).toBe(0);
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1]);
});

test('a failed statement whose error was caught is not taken for a commit', async () => {
  const error = await rejection(
    withTransaction(pool, async (client) => {
      await queues.add({}, { transaction: client });
      await client.query('select 1 / 0').catch(() => {});
    }),
  );
  expect(error).toBeInstanceOf(BadTransactionStateError);
  expect(String(error)).toContain('was rolled back');
  expect(await count()).toBe(0);
  await withTransaction(pool, async (client) => {
    for (let n = 0; n < 5; n++) await queues.add({}, { transaction: client });
    await client.query('savepoint before');
    expect(await rejection(queues.add({}, { transaction: client }))).toBeInstanceOf(TooManyTasksError);
    await client.query('rollback to before');
  });
  expect(await count()).toBe(5);
});

test('the client refuses all after the end, while the connection serves another transaction', async () => {
  const ended = await withTransaction(pool, async (client) => ({ client }));
  const late: unknown[] = [];
  await withTransaction(pool, async () => {
    late.push(await rejection(queues.add({}, { transaction: ended.client })));
    late.push(await rejection(ended.client.query('insert into seats values (1)')));
    late.push(await new Promise((resolve) => ended.client.query('insert into seats values (1)', [], resolve)));
  });
  for (const error of late) expect(error).toBeInstanceOf(BadTransactionStateError);
  expect([await count(), await rows(database.pool, 'select taken from seats')]).toEqual([0, [{ taken: 0 }]]);
});

test('a bare client can not be told from itself: a late add on it joins the next transaction', async () => {
  const first = await pool.connect();
  await first.query('begin');
  await first.query('commit');
  first.release();
  await withTransaction(pool, async () => {
    await queues.add({}, { transaction: first }); // as docs/guide/orms.md says
  });
  expect(await count()).toBe(1);
});

test('its work can not release the client', async () => {
  await expect(withTransaction(pool, (client) => client.release())).rejects.toThrow('releases the client');
  expect(pool.idleCount).toBe(1);
});

test('repeats the work after a serialization failure', async () => {
  const reserve = (retries: number) => {
    let tries = 0;
    const work = async (client: pg.PoolClient) => {
      await client.query('select sum(taken) from seats');
      if (tries++ < 2) {
        const other = new pg.Client(database.url);
        await other.connect();
        await other.query('begin isolation level serializable; select sum(taken) from seats');
        await other.query('insert into seats values (1); commit');
        await other.end();
      }
      await client.query('insert into seats values (1)');
      await queues.add({}, { transaction: client });
      return tries;
    };
    return withTransaction(pool, work, { isolationLevel: 'serializable', retries });
  };
  const lost = (await rejection(reserve(1))) as { code: unknown; sqlState?: unknown };
  expect([lost.code, lost.sqlState]).toContain('40001'); // of the driver, or of the add
  expect(await count()).toBe(0);
  expect(await reserve(2)).toBe(3);
  expect(await count()).toBe(1);
});

test('has the isolation level that was asked for', async () => {
  const level = (client: pg.PoolClient) => value(client, `select current_setting('transaction_isolation')`);
  const writes = (client: pg.PoolClient) => value(client, `select current_setting('transaction_read_only')`);
  expect(await withTransaction(pool, level)).toBe('read committed');
  expect(await withTransaction(pool, level, { isolationLevel: 'repeatable read' })).toBe('repeatable read');
  expect(await withTransaction(pool, writes, { readOnly: true })).toBe('on');
});

test('a lost connection is not given to the next one', async () => {
  const lost = await rejection(
    withTransaction(pool, async (client) => {
      const pid = await value(client, 'select pg_backend_pid()');
      await queues.add({}, { transaction: client });
      await database.pool.query('select pg_terminate_backend($1)', [pid]);
      await client.query('select 1');
    }),
  );
  expect(lost).toBeInstanceOf(Error);
  expect(await withTransaction(pool, (client) => value(client, 'select 1'))).toBe(1);
  expect(await count()).toBe(0);
});

test.each<[unknown, object, string]>([
  ['postgres://db/shop', {}, 'pool must be a pg.Pool, got string'],
  [undefined, {}, 'pool must be a pg.Pool, got undefined'],
  [{ connect: async () => ({}) }, { isolation: 'serializable' }, 'isolation'],
  [{ connect: async () => ({}) }, { isolationLevel: 'SERIALIZABLE' }, 'isolationLevel must be one of read committed, '],
  [{ connect: async () => ({}) }, { retries: -1 }, 'retries must be an integer from 0 to 100, got -1'],
])('withTransaction(%o, …, %j)', async (given, options, message) => {
  const error = await rejection(withTransaction(given as pg.Pool, () => 1, options));
  expect(error).toBeInstanceOf(TypeError);
  expect(String(error)).toContain(message);
});
