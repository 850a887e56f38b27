import { TaskLeaseExpiredError } from '../../domain/errors.ts';
import { until } from '../recorder.ts';
import type { Scenario } from '../scenario.ts';

const SHORT = 1;
const LONG = 60;

/** A lease expires, and another worker gets the task. */
export const pulled: Scenario = {
  title: 'A pull queue: leased, expired, leased again, deleted',
  async run({ queues, transcript, count }) {
    await queues.createQueue('photographs', { mode: 'pull' });
    const queue = queues.queue('photographs');
    const { name } = await queue.add({ payload: 'sunrise.jpg' });
    const lease = async (leaseSeconds: number) => (await queue.leaseTasks({ leaseSeconds }))[0];

    const first = await lease(SHORT);
    transcript.check('a worker leases the task and gets its payload', text(first?.payload), 'sunrise.jpg');
    transcript.check('no other worker gets it in the meantime', (await lease(LONG)) === undefined);

    const second = await until(() => lease(LONG));
    transcript.check('when the lease has expired, it can be leased again', second && [second.name, second.retryCount], [
      name,
      2,
    ]);
    if (!first || !second) return;
    const stale = await queue.modifyTaskLease(first, LONG).catch((error: unknown) => error);
    transcript.check('the first worker has lost its lease', stale instanceof TaskLeaseExpiredError);
    transcript.check('the second worker deletes the task', await queue.deleteTask(second), true);
    transcript.check('and it is gone', await count('select 1 from taskqueue.tasks where name = $1', [name]), 0);
  },
};

const text = (payload: Uint8Array | undefined) => payload && Buffer.from(payload).toString();
