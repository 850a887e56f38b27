// Writes a packing slip for each task of the queue, and stops when none is left.

import pg from 'pg';
import { withTransaction } from 'pgtaskqueue';
import { PullWorker } from 'pgtaskqueue/worker';

const pool = new pg.Pool();
const worker = new PullWorker({
  database: pool,
  queue: 'packing',
  handler: (task, { finish }) => {
    const { order } = JSON.parse(Buffer.from(task.payload).toString());
    return withTransaction(pool, async (transaction) => {
      await transaction.query('insert into packing_slips (order_id) values ($1)', [order]);
      await finish({ transaction }); // throws if the lease was lost: another worker has the task, and writes its slip
    });
  },
});

let handled: number;
do {
  const { done, failed, lost } = await worker.runOnce(); // a task that failed can be leased again after its back-off
  handled = done + failed + lost;
} while (handled > 0);
await worker.stop();
await pool.end();
