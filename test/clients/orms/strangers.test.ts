// A late add must not join the transaction of a stranger, which has got the same connection in the meantime.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BadTransactionStateError, TaskQueues } from '../../../src/index.ts';
import { useDatabase } from '../../support/db.ts';
import { rejection } from '../../support/rejection.ts';
import { rows, value } from '../../support/sql.ts';
import { ORMS } from './all.ts';
import type { Orm, OrmTransaction } from './orm.ts';

const database = useDatabase();
let queues: TaskQueues;

beforeAll(async () => {
  queues = new TaskQueues({ database: database.pool });
  await database.pool.query('create table orm_rows (id integer)');
});

const urls = async () =>
  (await rows<{ url: string }>(database.pool, 'select url from taskqueue.tasks')).map((row) => row.url);

/** A bare client is the same object in every transaction. The guide says so, and withTransaction is the remedy. */
const NEVER_TELLS = ['pg'];
/** These can tell only if an add was made while the transaction was open. The guide says so too. */
const TELLS_BY_EARLIER_ADD = [...NEVER_TELLS, ...['Kysely', 'Drizzle 0.45 on pg', 'Drizzle 1.0 on pg']];

describe.each(ORMS)('%s', (name, open) => {
  let orm: Orm;
  beforeAll(async () => {
    orm = await open(database.url);
  });
  beforeEach(async () => {
    await queues.queue().purge();
    await database.pool.query('truncate orm_rows');
  });
  afterAll(() => orm?.close());

  const add = async (transaction: OrmTransaction, url: string) =>
    queues.add({ url }, { transaction: transaction.passed });

  /** Adds late with an ended transaction, while another one is open on its connection; returns the outcome. */
  async function addLate(first: (transaction: OrmTransaction) => Promise<unknown>): Promise<unknown> {
    const backend = 'select pg_backend_pid() as pid';
    const ended = await orm.transaction(async (transaction) => {
      await first(transaction);
      return { transaction, backend: JSON.stringify(await transaction.run(backend)) };
    });
    return orm.transaction(async (stranger) => {
      await stranger.run('insert into orm_rows values (1)');
      expect(JSON.stringify(await stranger.run(backend))).toContain(/"?pid"?:\s*\d+/.exec(ended.backend)?.[0] ?? '');
      const late = await rejection(add(ended.transaction, '/late'));
      await add(stranger, '/strangers');
      return late;
    });
  }

  test('a late add is refused, and the stranger commits', async () => {
    const late = await addLate((transaction) => add(transaction, '/own'));
    if (NEVER_TELLS.includes(name)) {
      expect(late).toBeUndefined();
      expect(await urls()).toEqual(['/own', '/late', '/strangers']);
    } else {
      expect(late).toBeInstanceOf(BadTransactionStateError);
      expect(await urls()).toEqual(['/own', '/strangers']);
    }
    expect(Number(await value(database.pool, 'select count(*) from orm_rows'))).toBe(1);
  });

  test('a late add is the first one', async () => {
    const late = await addLate(async () => {});
    if (TELLS_BY_EARLIER_ADD.includes(name)) expect(late).toBeUndefined();
    else expect(late).toBeInstanceOf(BadTransactionStateError);
  });
});
