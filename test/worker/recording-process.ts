// A worker in a process of its own that finishes each task in the transaction of its own write: a row of the table
// `handled`. Arguments: connection string, queue. It ends when it is asked to.

import pg from 'pg';
import { PullWorker } from '../../src/worker.ts';

const [connectionString = '', queue = ''] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString, max: 3, application_name: 'recording worker' });
pool.on('connect', (client) => client.on('error', () => {}));

const worker = new PullWorker({
  database: pool,
  queue,
  leaseSeconds: 2,
  concurrency: 2,
  batchSize: 10,
  backoff: { minSeconds: 0.05, maxSeconds: 0.5 },
  handler: async (task, { finish }) => {
    const client = await pool.connect();
    let broken = true;
    try {
      await client.query('begin');
      await client.query('insert into handled values ($1)', [task.name]);
      await finish({ transaction: client });
      await client.query('commit');
      broken = false;
    } finally {
      if (broken) await client.query('rollback').catch(() => {});
      client.release(broken);
    }
  },
});
await worker.start();
process.once('SIGTERM', () => worker.stop({ deadlineSeconds: 2 }).then(() => process.exit(0)));
