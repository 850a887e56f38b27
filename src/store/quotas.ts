// What all queues of the database together may have.

import type { Quotas } from '../domain/quotas.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/**
 * Sets the bounds in place of those there were; what is left out is not bound.
 *
 * @throws InvalidQueueError for what is no bound
 */
export async function setQuotas(executor: Executor, { queues, tasks, bytes }: Quotas): Promise<void> {
  await run(executor, call('set_limits', { queues, tasks, bytes }));
}
