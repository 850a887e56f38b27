import { insertWithTask, placeOrder } from '../orders.ts';
import type { Scenario } from '../scenario.ts';

/** After a rollback neither the order nor the task exists. */
export const rolledBack: Scenario = {
  title: 'An order and its task are rolled back',
  async run({ pool, queues, handler, transcript, count }) {
    const transaction = await pool.connect();
    await transaction.query('begin');
    const lost = await insertWithTask(transaction, queues, 'Changed my mind');
    await transaction.query('rollback');
    transaction.release();

    // A later order that does arrive shows that the dispatcher has polled in the meantime.
    const before = handler.at('/tasks/confirm').length;
    const kept = await placeOrder(pool, queues, 'Scones, then');
    const arrived = (await handler.wait('/tasks/confirm', before + 1)).slice(before);
    transcript.check(
      'a later order arrives, the one rolled back does not',
      arrived.map((request) => JSON.parse(request.body)),
      [{ order: kept.id }],
    );
    transcript.check('there is no order', await count('select 1 from orders where id = $1', [lost.id]), 0);
    transcript.check('there is no task', await count('select 1 from taskqueue.tasks where name = $1', [lost.task]), 0);
  },
};
