// Direct connections bring their settings along, whatever the login, the database and the user's own options say;
// through poolers that refuse or drop such options they work without.

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import type pg from 'pg';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { DirectClient, DirectPool } from '../../src/postgres/direct-client.ts';
import { PinnedSession } from '../../src/postgres/pinned-session.ts';
import { HastyClient, PrimaryClient } from '../../src/postgres/primary-client.ts';
import { checkSchema } from '../../src/schema/migrate/migrate.ts';
import { useDatabase } from '../support/db.ts';
import { openPooler } from './pooler.ts';

const database = useDatabase();
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  const name = new URL(database.url).pathname.slice(1);
  await database.pool.query(`alter database ${name} set search_path = trap, public, pg_catalog`);
  await database.pool.query(`alter database ${name} set "DateStyle" = 'SQL, DMY'`);
});

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const SHOW = `select pg_catalog.current_setting('search_path') as path, pg_catalog.current_setting('DateStyle') as dates,
  pg_catalog.current_setting('default_transaction_isolation') as isolation, pg_catalog.current_setting('work_mem') as memory,
  pg_catalog.current_setting('lock_timeout') as lock`;

async function shown(config: string | pg.ClientConfig) {
  const client = new DirectClient(config);
  closing.push(() => client.end());
  await client.connect();
  return { ...(await client.query(SHOW)).rows[0], pinned: client.pinned };
}

const PINNED = { path: 'pg_catalog, pg_temp', dates: 'ISO, MDY', isolation: 'read committed', pinned: true };

test('the settings take effect, and this is verified', async () => {
  expect(await shown(database.url)).toMatchObject(PINNED);
});

test("the user's own options are kept unless pgtaskqueue sets them", async () => {
  const url = new URL(database.url);
  url.searchParams.set('options', '-c work_mem=3MB -c search_path=public');
  expect(await shown(url.toString())).toMatchObject({ ...PINNED, memory: '3MB' });
  const config = { connectionString: database.url, options: '-c work_mem=5MB', lock_timeout: 1500 };
  expect(await shown(config)).toMatchObject({ ...PINNED, memory: '5MB', lock: '1500ms' });
});

test('sessions and pools do the same', async () => {
  const session = await PinnedSession.open({ connectionString: database.url }, () => {});
  closing.push(() => session.close());
  expect((await session.query(SHOW)).rows).toMatchObject([{ path: 'pg_catalog, pg_temp' }]);
  const pool = new DirectPool({ connectionString: database.url, lock_timeout: 100 });
  closing.push(() => pool.end());
  expect((await pool.query(SHOW)).rows).toMatchObject([{ path: 'pg_catalog, pg_temp', lock: '100ms' }]);
});

test('through a pooler that refuses options they work without', async () => {
  const pooler = await strictPooler('refuse');
  const pool = new DirectPool({ connectionString: pooler.url, lock_timeout: 100 });
  closing.push(() => pool.end());
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(pooler.refused()).toBe(1);
  const session = await PinnedSession.open({ connectionString: pooler.url }, () => {});
  closing.push(() => session.close());
  expect((await session.query(SHOW)).rows).toMatchObject([{ path: 'trap, public, pg_catalog' }]);
  expect(await checkSchema(pooler.url)).toMatchObject({ ok: true });
  expect(pooler.refused()).toBe(1); // once is enough for all that come
});

test('a session that is the first to be refused works, too', async () => {
  const pooler = await strictPooler('refuse');
  const session = await PinnedSession.open({ connectionString: pooler.url }, () => {});
  closing.push(() => session.close());
  expect((await session.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  expect(pooler.refused()).toBe(1);
});

test('through a pooler that drops options they say that the path is not theirs', async () => {
  const pooler = await strictPooler('drop');
  expect(await shown(pooler.url)).toMatchObject({ path: 'trap, public, pg_catalog', pinned: false });
});

async function strictPooler(manner: 'refuse' | 'drop') {
  const pooler = await openPooler(database.url, manner);
  closing.push(pooler.close);
  return pooler;
}

test.each([PrimaryClient, DirectClient, HastyClient])(
  'the end of a connection that nobody listens to ends no process: %s',
  async (Client) => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    await database.pool.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await after(200); // the news of its end comes while it asks nothing
    await expect(client.query('select 1')).rejects.toThrow();
    await client.end().catch(() => {});
  },
);

test('a server that complains of a client closed in the handshake has refused nothing', async () => {
  const route = await openPooler(database.url, 'pass');
  closing.push(route.close);
  const client = new DirectClient(route.url);
  const connecting = client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  await once(stream, 'connect');
  void client.end();
  await expect(connecting).rejects.toThrow(); // with the server's complaint, or already with the client's end
  expect(await shown(route.url)).toMatchObject(PINNED);
});
