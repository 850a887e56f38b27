// Drains of one full queue through Node with empty handlers, by the number of handlers and of tasks fetched per call.

import { run } from 'graphile-worker';
import pg from 'pg';
import { TaskQueues } from '../src/index.ts';
import { PullWorker } from '../src/worker.ts';
import { graphile, graphileUtils } from './contenders/graphile.ts';
import { ours } from './contenders/ours.ts';
import { BOSS_QUEUE, pgboss, startBoss } from './contenders/pgboss.ts';
import { pgmq } from './contenders/pgmq.ts';
import { silentLogger } from './contenders/silent-logger.ts';
import type { Drain } from './drains.ts';
import { BATCH, batchOf, JSON_PAYLOAD, PAYLOAD } from './payload.ts';
import type { Handled } from './settling.ts';

/** Number of concurrent handlers or loops. */
const CONCURRENCY = 10;

/** A drain, by the number of tasks fetched per call. */
export type WorkerDrain = (batchSize: number) => Drain;

export const oursWorker: WorkerDrain = (batchSize) => ({
  ...ours,
  fill: async (url, tasks) => {
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    const queue = new TaskQueues({ database: pool }).queue('pull');
    for (let i = 0; i < tasks; i += BATCH) await queue.add(batchOf({ payload: PAYLOAD }));
    await pool.end();
  },
  start: async (url, handled) => {
    const pool = new pg.Pool({ connectionString: url, max: CONCURRENCY });
    const options = { concurrency: CONCURRENCY, batchSize, preparedStatements: true };
    const worker = new PullWorker({ database: pool, queue: 'pull', ...options, handler: () => handled.count() });
    await worker.start();
    return async () => {
      await worker.stop();
      await pool.end();
    };
  },
  unsettled: 'select from taskqueue.tasks limit 1',
});

/**
 * With 1 task per call it fetches and completes jobs one by one; otherwise it uses its local queue and batched
 * completions.
 */
export const graphileWorker: WorkerDrain = (batchSize) => ({
  ...graphile,
  fill: async (url, tasks) => {
    const utils = await graphileUtils(url, 1);
    for (let i = 0; i < tasks; i += 1000) {
      const size = Math.min(1000, tasks - i);
      await utils.addJobs(batchOf({ identifier: 'nothing', payload: JSON_PAYLOAD }, size));
    }
    await utils.release();
  },
  start: async (url, handled) => {
    const together = { localQueue: { size: batchSize }, completeJobBatchDelay: 0, failJobBatchDelay: 0 };
    const worker = { connectionString: url, concurrentJobs: CONCURRENCY, maxPoolSize: CONCURRENCY + 1 };
    const runner = await run({
      preset: { worker: { ...worker, ...(batchSize > 1 ? together : {}) } },
      taskList: { nothing: () => handled.count() },
      noHandleSignals: true,
      logger: silentLogger,
    });
    return () => runner.stop();
  },
  unsettled: 'select from graphile_worker.jobs limit 1',
});

/**
 * Fetching one by one, it continues without a pause only while its statistics report more jobs; they are computed once,
 * after the queue is filled.
 */
export const bossWorker: WorkerDrain = (batchSize) => ({
  ...pgboss,
  fill: async (url, tasks) => {
    const boss = await startBoss(url, 1);
    for (let i = 0; i < tasks; i += 1000)
      await boss.insert(BOSS_QUEUE, batchOf({ data: JSON_PAYLOAD }, Math.min(1000, tasks - i)));
    await boss.supervise(BOSS_QUEUE);
    await boss.stop({ graceful: false });
  },
  start: async (url, handled) => {
    const boss = await startBoss(url, CONCURRENCY);
    const burst = { burstWhenBatchFull: true, burstWhenReadyExceeds: 1 };
    const options = { batchSize, ...burst, pollingIntervalSeconds: 0.5 };
    for (let i = 0; i < CONCURRENCY; i++)
      await boss.work(BOSS_QUEUE, options, async (jobs) => handled.count(jobs.length));
    return () => boss.stop({ graceful: false });
  },
  unsettled: `select from pgboss.job where state < 'completed' limit 1`,
});

/** PGMQ has no worker, so loops read, handle and delete, each on its own connection. */
export const pgmqWorker: WorkerDrain | undefined =
  pgmq && ((batchSize) => ({ ...(pgmq as NonNullable<typeof pgmq>), ...pgmqLoops(batchSize) }));

function pgmqLoops(batchSize: number): Pick<Drain, 'fill' | 'start' | 'unsettled'> {
  const read = { name: 'read', text: `select msg_id, message from pgmq.read('bench', 60, ${batchSize})` };
  const remove = { name: 'delete', text: `select pgmq.delete('bench', $1::bigint[])` };
  return {
    fill: async (url, tasks) => {
      const client = new pg.Client(url);
      await client.connect();
      const messages = batchOf(JSON.stringify(JSON_PAYLOAD), BATCH);
      for (let i = 0; i < tasks; i += BATCH)
        await client.query(`select pgmq.send_batch('bench', $1::jsonb[])`, [messages]);
      await client.end();
    },
    start: async (url, handled) => {
      const clients = await Promise.all(Array.from({ length: CONCURRENCY }, () => connect(url)));
      const loops = clients.map(async (client) => {
        for (;;) {
          const { rows } = await client.query(read);
          if (rows.length === 0) return client.end();
          for (const { message } of rows) await handle(message, handled);
          await client.query({ ...remove, values: [rows.map(({ msg_id }) => msg_id)] });
        }
      });
      return async () => {
        await Promise.all(loops);
      };
    },
    unsettled: 'select from pgmq.q_bench limit 1',
  };
}

async function handle(_message: unknown, handled: Handled): Promise<void> {
  handled.count();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}
