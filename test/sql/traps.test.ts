// Connections as a superuser in a database whose search_path is full of traps: whatever this package does there, it springs none.

import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { silentLogger } from '../../src/runtime/logger.ts';
import { Scheduler } from '../../src/scheduler/scheduler.ts';
import { useDatabase } from '../support/db.ts';
import { dispatch, toldIn, work } from './stories.ts';
import { setTraps, sprung } from './traps.ts';

const database = useDatabase();
let watcher: pg.Client;
let pool: pg.Pool;

beforeAll(async () => {
  watcher = await database.client();
  await setTraps(watcher);
  pool = new pg.Pool({ connectionString: database.url, max: 3 });
});

afterAll(() => pool.end());

afterEach(async () => {
  const found = await sprung(watcher);
  await watcher.query(`delete from trap.log`);
  await watcher.query(`select pg_catalog.setval('trap.sprung', 1, false)`);
  expect(found).toEqual({ names: [], times: 0 });
});

test('they can be sprung', async () => {
  await pool.query(`select unnest('{1}'::integer[]), 1 + 1, 'x'::text, now()`);
  const { names, times } = await sprung(watcher);
  expect(names).toEqual(expect.arrayContaining(['unnest(integer[])', 'type text', 'now()']));
  expect(names.filter((name) => name.startsWith('operator'))).toHaveLength(1);
  expect(times).toBe(4);
  await watcher.query(`delete from trap.log`);
  await watcher.query(`select pg_catalog.setval('trap.sprung', 1, false)`);
});

test('by a dispatcher', () => dispatch(database.url, pool));

test('by a worker', () => work(pool));

test('by a scheduler', async () => {
  const scheduler = new Scheduler({ database: database.url, logger: silentLogger });
  await scheduler.runOnce();
  await scheduler.maintain();
  await scheduler.start();
  await scheduler.stop();
});

test('by an application', () => toldIn(pool));
