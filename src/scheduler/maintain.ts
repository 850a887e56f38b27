// Maintains queues that no dispatcher leads: an installation with only pull queues may have no dispatcher.

import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { maintainQueue, notifyDeaths, sweepPartitions, unattendedQueues } from '../store/upkeep.ts';

const NOTICES_AT_ONCE = 100;

/**
 * Runs one round. A queue that fails is logged and does not hold up the others.
 *
 * @param signal ends the round between two batches
 * @returns how many rows were deleted
 */
export async function maintain(
  database: Executor,
  { logger, signal }: { logger: Logger; signal?: AbortSignal },
): Promise<number> {
  let removed = 0;
  await sweepPartitions(database);
  while ((await notifyDeaths(database, NOTICES_AT_ONCE)) === NOTICES_AT_ONCE && !signal?.aborted);
  for (const queue of await unattendedQueues(database)) {
    try {
      // Runs to the end: a purge is forgotten only by a call that finds nothing left of it.
      for (let last = 1; last > 0 && !signal?.aborted; removed += last) last = await maintainQueue(database, queue);
    } catch (error) {
      logger.warn('could not sweep a queue', { queue, error });
    }
  }
  return removed;
}
