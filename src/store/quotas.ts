// Quotas for all queues of the database together.

import type { Quotas } from '../domain/quotas.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';

/**
 * Replaces all quotas; omitted quotas are unlimited.
 *
 * @throws InvalidQueueError for an invalid quota
 */
export async function setQuotas(executor: Executor, { queues, tasks, bytes }: Quotas): Promise<void> {
  await run(executor, call('set_limits', { queues, tasks, bytes }));
}
