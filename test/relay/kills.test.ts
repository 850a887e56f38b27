// The relay under kills on both sides: its own process, the store of the outbox and the database of the tasks crash at
// random while orders are written. Each committed order has its task, once; a rolled back one has none.

import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { type EmbeddedServer, startEmbedded } from '../../src/embedded/postgres.ts';
import { outboxSql } from '../../src/relay/outbox.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { start } from '../cli/command.ts';
import { eventually } from '../support/eventually.ts';

const { PGTASKQUEUE_EMBEDDED_USER: user, PGTASKQUEUE_EMBEDDED_FROM: from } = process.env;
const LONG = process.env.SOAK === 'relay';
const KILLS = LONG ? 60 : 6;
const KINDS = ['relay', 'store', 'tasks'] as const;

interface World {
  store: EmbeddedServer;
  tasks: EmbeddedServer;
  pools: Record<'store' | 'tasks', pg.Pool>;
  config: string;
  end(): Promise<void>;
}

async function makeWorld(): Promise<World> {
  const folder = fs.mkdtempSync('/tmp/ptq-relay-');
  fs.chmodSync(folder, 0o755);
  const settings = { synchronous_commit: 'on', restart_after_crash: 'on' };
  const begin = (name: string) =>
    startEmbedded({ dir: path.join(folder, name), port: null, ephemeral: true, settings, user, from });
  const [store, tasks] = await Promise.all([begin('store'), begin('tasks')]);
  const pools = { store: openPool(store.url), tasks: openPool(tasks.url) };
  await migrate(tasks.url);
  await pools.tasks.query(`select taskqueue.create_queue('orders', mode => 'pull')`);
  await pools.store.query(`create table orders (id integer primary key); ${outboxSql()}`);
  const config = path.join(folder, 'relay.yaml');
  fs.writeFileSync(config, 'sources:\n- name: shop\n  url: env:STORE_URL\n  poll_seconds: 0.05\n');
  const end = async () => {
    await Promise.all(Object.values(pools).map((pool) => pool.end()));
    await Promise.all([store.stop(), tasks.stop()]);
    fs.rmSync(folder, { recursive: true, force: true });
  };
  return { store, tasks, pools, config, end };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 3 });
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const startRelay = ({ config, store, tasks }: World) =>
  start(['relay', '--config', config], { env: { STORE_URL: store.url, DATABASE_URL: tasks.url } });

/** Writes an order and its row in one transaction; every fifth is rolled back. */
async function order(pool: pg.Pool, id: number, outcomes: Map<number, string>): Promise<void> {
  outcomes.set(id, 'unknown');
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    await client.query('insert into orders values ($1)', [id]);
    await client.query(`insert into taskqueue_outbox (queue, task, key) values ('orders', $1, $2)`, [
      JSON.stringify({ payload: String(id) }),
      `customer-${id % 3}`,
    ]);
    if (id % 5 === 0) await client.query('rollback');
    else await client.query('commit');
    outcomes.set(id, id % 5 === 0 ? 'no' : 'yes');
  } catch (error) {
    broken = error as Error;
  } finally {
    client.release(broken);
  }
}

/** Crashes a server as a fault of one of its processes does; it recovers by itself. */
async function crash(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query('select pg_backend_pid() as pid');
  process.kill(rows[0].pid, 'SIGKILL');
}

test('each committed order has its task once, whatever is killed', { timeout: LONG ? 900_000 : 180_000 }, async () => {
  const world = await makeWorld();
  const { pools } = world;
  const outcomes = new Map<number, string>();
  let relay: ChildProcess & { ran: Promise<unknown> } = startRelay(world);
  try {
    let writing = true;
    const writers = [0, 1, 2].map(async (writer) => {
      for (let n = 0; writing; n++) await order(pools.store, 3 * n + writer, outcomes).catch(() => sleep(50));
    });
    for (let kill = 0; kill < KILLS; kill++) {
      await progress(pools.tasks);
      const kind = KINDS[kill % KINDS.length];
      if (kind === 'relay') {
        relay.kill('SIGKILL');
        await relay.ran;
        relay = startRelay(world);
      } else await crash(pools[kind as 'store' | 'tasks']).catch(() => {});
    }
    writing = false;
    await Promise.all(writers);
    const waiting = async () =>
      (await pools.store.query('select count(*)::integer as n from taskqueue_outbox')).rows[0].n;
    await eventually(async () => expect(await waiting()).toBe(0), { timeoutMs: 60_000, everyMs: 200 });
    const orders = (await pools.store.query('select id from orders order by id')).rows.map(({ id }) => id as number);
    const inOrder = await payloads(pools.tasks);
    expect(inOrder.toSorted((a, b) => a - b)).toEqual(orders);
    for (const key of [0, 1, 2]) {
      const ofKey = inOrder.filter((id) => id % 3 === key);
      expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
    }
    const acknowledged = [...outcomes].filter(([, outcome]) => outcome === 'yes').map(([id]) => id);
    expect(acknowledged.length).toBeGreaterThan(50);
    expect(acknowledged.filter((id) => !inOrder.includes(id))).toEqual([]);
    expect(inOrder.filter((id) => outcomes.get(id) === 'no')).toEqual([]);
    expect((await pools.tasks.query('select * from taskqueue.verify()')).rows).toEqual([]);
  } finally {
    relay.kill('SIGKILL');
    await world.end();
  }
});

/** Waits until more tasks are there than at the call. */
async function progress(pool: pg.Pool): Promise<void> {
  const before = await eventually(() => count(pool));
  await eventually(async () => expect(await count(pool)).toBeGreaterThan(before));
}

async function count(pool: pg.Pool): Promise<number> {
  return (await pool.query('select count(*)::integer as n from taskqueue._tasks')).rows[0].n;
}

async function payloads(pool: pg.Pool): Promise<number[]> {
  const { rows } = await pool.query(
    `select convert_from(body, 'UTF8')::integer as id from taskqueue._tasks order by id`,
  );
  return rows.map(({ id }) => id);
}
