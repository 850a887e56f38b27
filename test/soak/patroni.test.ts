// Patroni's leader is killed again and again while an application adds tasks in its transactions and `serve` sends them:
// no task of an acknowledged transaction is lost. `npm run test:soak:patroni`, with Debian's patroni and etcd-server.

import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createDatabase } from '../../src/embedded/create-database.ts';
import { TaskQueues, withTransaction } from '../../src/index.ts';
import { openPool } from '../../src/postgres/pools.ts';
import { silentLogger } from '../../src/runtime/logger.ts';
import { migrate } from '../../src/schema/migrate/migrate.ts';
import { createServer } from '../../src/server.ts';
import { queryAt } from '../support/bare-database.ts';
import { eventually } from '../support/eventually.ts';
import { hasPatroni, PatroniCluster } from './patroni-cluster.ts';

const ROUNDS = 5;
const LANES = 8;
/** A round lasts as long as the old leader's lease, the promotion, and the copy of what was missed. */
const ROUND_MS = 180_000;
const FAILOVER = { timeoutMs: 90_000, everyMs: 20 };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A target that remembers for which orders tasks came, and when the latest did. */
async function openTarget() {
  const delivered = new Set<string>();
  const target = { delivered, lastAt: 0, url: '' };
  const server = createHttpServer((request, response) => {
    delivered.add(String(request.url).slice(1));
    target.lastAt = performance.now();
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  target.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return target;
}

/** Adds an order and its task in one transaction, again and again; remembers those that were acknowledged. */
function startApplication(database: string) {
  const pool = openPool({ connectionString: database }, LANES, silentLogger);
  const queues = new TaskQueues({ database: pool });
  const acknowledged = new Set<string>();
  const state: { lastError?: unknown } = {};
  let going = true;
  const lane = async (number: number) => {
    for (let i = 0; going; i++) {
      const name = `order-${number}-${i}`;
      try {
        await withTransaction(pool, async (client) => {
          await client.query('insert into orders (name) values ($1)', [name]);
          await queues.queue('orders').add({ url: `/${name}` }, { transaction: client });
        });
        acknowledged.add(name);
      } catch (error) {
        state.lastError = error; // this one was not acknowledged
        await sleep(50);
      }
      await sleep(20);
    }
  };
  const lanes = Array.from({ length: LANES }, (_, number) => lane(number));
  const stop = async () => {
    going = false;
    await Promise.all(lanes);
    await pool.end();
  };
  closing.push(() => (going ? stop() : undefined));
  return { acknowledged, state, stop };
}

async function prepare(cluster: PatroniCluster): Promise<string> {
  const leader = await cluster.leader();
  await createDatabase(cluster.url('postgres', leader), 'shop');
  const database = cluster.url('shop');
  await migrate(database);
  await queryAt(cluster.url('shop', leader), 'create table orders (name text primary key)');
  await queryAt(
    cluster.url('shop', leader),
    `select taskqueue.create_queue('orders', rate => '500/s', bucket_size => 100)`,
  );
  return database;
}

test.runIf(process.env.SOAK === 'patroni' && hasPatroni)(
  'a leader that is killed loses no acknowledged task, and tasks are delivered again within a minute',
  { timeout: ROUNDS * ROUND_MS },
  async () => {
    const cluster = await PatroniCluster.start();
    closing.push(() => cluster.stop());
    const database = await prepare(cluster);
    const target = await openTarget();
    const server = createServer({ database, port: 0, targets: { default: target.url }, logger: silentLogger });
    closing.push(() => server.stop());
    await server.start();
    const { acknowledged, state, stop } = startApplication(database);
    for (let round = 1; round <= ROUNDS; round++) {
      const before = acknowledged.size;
      await eventually(
        () => expect(acknowledged.size, String(state.lastError)).toBeGreaterThan(before + 500),
        FAILOVER,
      );
      await cluster.untilSynchronous();
      const killed = await cluster.leader();
      const killedAt = performance.now();
      await cluster.kill(killed);
      await eventually(async () => expect((await cluster.leader()).name).not.toBe(killed.name), FAILOVER);
      const promotedAt = performance.now();
      await eventually(() => expect(target.lastAt).toBeGreaterThan(promotedAt), FAILOVER);
      console.log(
        `round ${round}: ${killed.name} killed after ${acknowledged.size} acknowledged tasks; ` +
          `another led ${seconds(promotedAt - killedAt)} later, and delivered ${seconds(target.lastAt - promotedAt)} after that`,
      );
      expect(target.lastAt - killedAt).toBeLessThan(60_000);
      cluster.revive(killed);
    }
    await cluster.untilSynchronous();
    await stop();
    const missing = () => [...acknowledged].filter((name) => !target.delivered.has(name));
    await eventually(() => expect(missing()).toEqual([]), FAILOVER);
    console.log(`0 of ${acknowledged.size} acknowledged tasks lost in ${ROUNDS} failovers`);
    const leader = cluster.url('shop', await cluster.leader());
    const orders = new Set((await queryAt(leader, 'select name from orders')).rows.map(({ name }) => name));
    expect([...acknowledged].filter((name) => !orders.has(name))).toEqual([]);
    expect((await queryAt(leader, 'select * from taskqueue.verify()')).rows).toEqual([]);
  },
);

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
