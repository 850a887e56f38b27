// An application whose tenants live on nodes, as docs/operate/citus.md has it: each order and its task are added in one
// local transaction on the node of the tenant, and workers of that node run the task.

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { TaskQueues, withTransaction } from '../../src/index.ts';
import { PullWorker } from '../../src/worker.ts';

export interface Node {
  name: string;
  url: string;
}

export interface Tenancy {
  nodes: readonly Node[];
  /** The name of the node that a tenant lives on now. */
  nodeOf(tenant: string): Promise<string>;
}

/** What the application did. */
export interface Played {
  /** Orders whose transaction ended with success. */
  committed: number;
  /** How often a node could not be written to. */
  refused: number;
  /** What is wrong: an order without its task, one that ran elsewhere, a task without its order. Empty: nothing. */
  problems: string[];
}

const QUEUE = 'orders';
const TENANTS = Array.from({ length: 12 }, (_, at) => `tenant-${at}`);

/** Creates the queue on each node. The table `orders (tenant_id text, id text, primary key …)` is there. */
export async function prepareNodes({ nodes }: Tenancy): Promise<void> {
  for (const { url } of nodes) {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(
      `select taskqueue.create_queue($1, mode => 'pull') where not exists (select from taskqueue.queues where name = $1)`,
      [QUEUE],
    );
    await client.end();
  }
}

/**
 * Adds orders for a while and runs their tasks until all nodes are idle.
 *
 * @param meanwhile what happens to the nodes; orders are added until it is done, and all of them work again then
 */
export async function playTenants(tenancy: Tenancy, meanwhile: () => Promise<void>): Promise<Played> {
  const pools = new Map(tenancy.nodes.map(({ name, url }) => [name, openPool(url)]));
  const ran = new Map<string, string>();
  const workers = [...pools].map(([name, pool]) => workerOf(name, pool, ran));
  for (const worker of workers) await worker.start();
  const orders = new Map<string, string>();
  let refused = 0;
  let ended = false;
  const adding = (async () => {
    for (let at = 0; !ended; at++) {
      const tenant = TENANTS[at % TENANTS.length] as string;
      const pool = pools.get(await tenancy.nodeOf(tenant)) as pg.Pool;
      const id = randomUUID();
      orders.set(id, tenant); // it may be committed even if we are not told so
      await addOrder(pool, tenant, id).catch(() => {
        refused += 1;
        return new Promise((resolve) => setTimeout(resolve, 20));
      });
    }
  })();
  await meanwhile();
  ended = true;
  await adding;
  await idle([...pools.values()]);
  await Promise.all(workers.map((worker) => worker.stop()));
  const problems = await compare(tenancy, pools, orders, ran);
  await Promise.all([...pools.values()].map((pool) => pool.end()));
  return { committed: orders.size - refused, refused, problems };
}

function openPool(connectionString: string): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 5, connectionTimeoutMillis: 5_000 });
  pool.on('error', () => {}); // a node that crashes
  return pool;
}

const addOrder = (pool: pg.Pool, tenant: string, id: string) =>
  withTransaction(pool, async (client) => {
    await client.query('insert into orders (tenant_id, id) values ($1, $2)', [tenant, id]);
    await new TaskQueues({ database: pool }).queue(QUEUE).add({ payload: id }, { transaction: client });
  });

function workerOf(node: string, pool: pg.Pool, ran: Map<string, string>): PullWorker {
  return new PullWorker({
    database: pool,
    queue: QUEUE,
    leaseSeconds: 10,
    waitSeconds: 1,
    handler: ({ payload }) => {
      ran.set(Buffer.from(payload).toString(), node);
    },
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  });
}

async function idle(pools: readonly pg.Pool[]): Promise<void> {
  for (const pool of pools) {
    for (;;) {
      const left = await pool.query('select from taskqueue.tasks where queue = $1 limit 1', [QUEUE]).then(
        ({ rowCount }) => rowCount,
        () => 1,
      );
      if (left === 0) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function compare(
  { nodeOf }: Tenancy,
  pools: ReadonlyMap<string, pg.Pool>,
  orders: ReadonlyMap<string, string>,
  ran: ReadonlyMap<string, string>,
): Promise<string[]> {
  const problems: string[] = [];
  const stored = new Set<string>();
  for (const tenant of TENANTS) {
    const node = await nodeOf(tenant);
    const { rows } = await (pools.get(node) as pg.Pool).query<{ id: string }>(
      'select id from orders where tenant_id = $1',
      [tenant],
    );
    for (const { id } of rows) {
      if (orders.get(id) === undefined) continue; // of an earlier run
      stored.add(id);
      if (ran.get(id) !== node) problems.push(`order ${id} of ${tenant} ran on ${ran.get(id)}, not on ${node}`);
    }
  }
  for (const id of ran.keys()) if (!stored.has(id)) problems.push(`task ${id} ran, but has no order`);
  return problems;
}
