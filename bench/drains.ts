// Drains of full push queues into empty handlers in this process.

import pg from 'pg';
import { TaskQueues } from '../src/index.ts';
import { Dispatcher, type DispatcherTarget } from '../src/server.ts';
import { graphile, graphileUtils, runGraphile } from './contenders/graphile.ts';
import { ours } from './contenders/ours.ts';
import { installBoss, startBoss } from './contenders/pgboss.ts';
import type { Contender } from './databases.ts';
import { BATCH, batchOf, JSON_PAYLOAD, PAYLOAD } from './payload.ts';
import type { Handled } from './settling.ts';

/** The names of the queues. */
export const QUEUES = Array.from({ length: 64 }, (_, index) => `q${index}`);

export interface Drain extends Contender {
  /** Fills the queues. */
  fill(url: string, tasksAQueue: number): Promise<void>;
  /** Starts to handle and count tasks; returns a function that stops it. */
  start(url: string, handled: Handled): Promise<() => Promise<void>>;
  /** A query that returns a row as long as any task is not settled. */
  unsettled: string;
}

export const oursDrain: Drain = {
  ...ours,
  fill: async (url, tasksAQueue) => {
    const pool = new pg.Pool({ connectionString: url, max: 4 });
    const queues = new TaskQueues({ database: pool });
    for (const name of QUEUES) {
      await queues.createQueue(name, { rate: '500/s', bucketSize: 500 });
      for (const size of batchSizes(tasksAQueue)) await queues.queue(name).add(batchOf({ payload: PAYLOAD }, size));
    }
    await pool.end();
  },
  start: (url, handled) =>
    startDispatcher(url, () => {
      handled.count();
      return new Response(null);
    }),
  unsettled: 'select from taskqueue.tasks limit 1',
};

/**
 * Starts a dispatcher with one target; returns a function that stops it.
 *
 * @param secret the secret that signs its requests; if absent, they are not signed
 */
export async function startDispatcher(
  url: string,
  target: DispatcherTarget,
  secret?: string,
): Promise<() => Promise<void>> {
  const signingKeys = secret === undefined ? {} : { signingKeys: { default: secret } };
  const dispatcher = new Dispatcher({ database: url, targets: { default: target }, ...signingKeys });
  await dispatcher.start();
  return () => dispatcher.stop();
}

/** Task identifiers represent queues, because a named queue would run one job at a time. */
export const graphileDrain: Drain = {
  ...graphile,
  fill: async (url, tasksAQueue) => {
    const utils = await graphileUtils(url, 2);
    for (const identifier of QUEUES) {
      await utils.addJobs(batchOf({ identifier, payload: JSON_PAYLOAD }, tasksAQueue));
    }
    await utils.release();
  },
  start: (url, handled) => runGraphile(url, Object.fromEntries(QUEUES.map((name) => [name, () => handled.count()]))),
  unsettled: 'select from graphile_worker.jobs limit 1',
};

export const bossDrain: Drain = {
  name: 'pgboss',
  install: (url) => installBoss(url, QUEUES),
  fill: async (url, tasksAQueue) => {
    const boss = await startBoss(url, 2);
    for (const queue of QUEUES) await boss.insert(queue, batchOf({ data: JSON_PAYLOAD }, tasksAQueue));
    await boss.stop({ graceful: false });
  },
  start: async (url, handled) => {
    const boss = await startBoss(url, 10);
    const options = { batchSize: BATCH, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };
    for (const queue of QUEUES) await boss.work(queue, options, async (jobs) => handled.count(jobs.length));
    return () => boss.stop({ graceful: false });
  },
  unsettled: `select from pgboss.job where state < 'completed' limit 1`,
};

function batchSizes(tasks: number): number[] {
  return Array.from({ length: Math.ceil(tasks / BATCH) }, (_, index) => Math.min(BATCH, tasks - index * BATCH));
}
