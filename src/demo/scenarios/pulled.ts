import { TaskLeaseExpiredError } from '../../index.ts';
import { until } from '../recorder.ts';
import type { Scenario } from '../stage.ts';

const LEASE_SECONDS = 1;

/** Leasing, losing the lease, leasing again, done. */
export const pulled: Scenario = {
  title: 'A pull queue: leased, expired, leased again, deleted',
  async play({ queues, transcript, count }) {
    await queues.createQueue('photographs', { mode: 'pull' });
    const queue = queues.queue('photographs');
    const { name } = await queue.add({ payload: 'sunrise.jpg' });
    const lease = async () => (await queue.leaseTasks({ leaseSeconds: LEASE_SECONDS, maxTasks: 10 }))[0];

    const first = await lease();
    transcript.check('a worker leases it and gets its payload', text(first?.payload), 'sunrise.jpg');
    transcript.check('no other worker gets it meanwhile', await lease(), undefined);

    const second = await until(lease);
    transcript.check('when the lease has ended, it is leased again', second && [second.name, second.retryCount], [
      name,
      2,
    ]);
    if (!first || !second) return;
    const stale = await queue.modifyTaskLease(first, 60).catch((error: unknown) => error);
    transcript.check('the first worker has lost it', stale instanceof TaskLeaseExpiredError);
    transcript.check('the second deletes it', await queue.deleteTask(second), true);
    transcript.check('and it is gone', await count('select 1 from taskqueue.tasks where name = $1', [name]), 0);
  },
};

const text = (payload: Uint8Array | undefined) => payload && Buffer.from(payload).toString();
