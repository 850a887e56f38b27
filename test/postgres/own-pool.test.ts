// The pool that is made from a connection string: when it prepares its statements.

import { afterEach, expect, test } from 'vitest';
import { ownPool } from '../../src/postgres/own-pool.ts';
import { useDatabase } from '../support/db.ts';
import { eventually } from '../support/eventually.ts';
import { openTransactionPooler } from './transaction-pooler.ts';

const database = useDatabase();
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function poolAt(url: string, prepare?: boolean) {
  const own = ownPool(url, prepare);
  closing.push(() => own.close());
  return own;
}

const PREPARED = `select count(*)::integer as count from pg_prepared_statements where name like 'taskqueue%'`;
const countPrepared = async (own: ReturnType<typeof poolAt>) => (await own.query(PREPARED, [])).rows[0].count;

test('statements are prepared once the connection is proved to be direct', async () => {
  const own = poolAt(database.url);
  expect(await countPrepared(own)).toBe(0);
  await eventually(async () => expect(await countPrepared(own)).toBe(1));
});

test('they are never prepared when they must not be, and at once when they must', async () => {
  const without = poolAt(database.url, false);
  for (let n = 0; n < 20; n++) expect(await countPrepared(without)).toBe(0);
  const own = poolAt(database.url, true);
  expect(await countPrepared(own)).toBe(1);
});

test('a statement that is lost is sent again, and none is prepared any more', async () => {
  const own = poolAt(database.url);
  await eventually(async () => expect(await countPrepared(own)).toBe(1));
  await own.query('deallocate all', []);
  expect(await countPrepared(own)).toBe(0);
  expect(await countPrepared(own)).toBe(0);
});

test('a failure of another kind is not repeated', async () => {
  const own = poolAt(database.url);
  await eventually(async () => expect(await countPrepared(own)).toBe(1));
  await expect(own.query('select 1 / 0', [])).rejects.toMatchObject({ code: '22012' });
  expect(await countPrepared(own)).toBe(2); // the failed one too: preparing goes on
});

test('behind a pooler they are not prepared', async () => {
  const { url, close } = await openTransactionPooler(database.url, 2);
  closing.push(close);
  const own = poolAt(url);
  for (let n = 0; n < 30; n++) expect(await countPrepared(own)).toBe(0);
});
