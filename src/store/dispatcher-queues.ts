// Queues as dispatchers see them.

import type { DispatcherQueue } from '../domain/queue.ts';
import type { Executor } from '../postgres/executor.ts';
import { call, run } from '../schema/call.ts';
import { readNumberOrNull } from './values.ts';

/**
 * Lists all live queues, as seen by the dispatcher with this number.
 *
 * @param counted ids of the queues for which more than the settings is returned
 */
export async function dispatcherQueues(
  executor: Executor,
  number: number,
  counted: readonly number[],
): Promise<DispatcherQueue[]> {
  const rows = await run(executor, call('dispatcher_queues', { counted: [...counted] }));
  return rows.map(({ id, name, mode, running, purged, ...row }) => ({
    id,
    name,
    mode,
    running,
    purged,
    rate: Number(row.rate ?? 0),
    bucketSize: row.bucket_size ?? 0,
    maxConcurrentRequests: row.max_concurrent_requests ?? 0,
    others: row.in_flight === null ? undefined : (row.claimers ?? []).filter(({ claimer }) => claimer !== number),
    enforcedRate: readNumberOrNull(row.enforced_rate),
    rateSince: String(row.rate_since),
    restedSeconds: readNumberOrNull(row.rested_seconds),
  }));
}
