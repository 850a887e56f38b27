// Keeps the house for the queues that no dispatcher leads: an installation with pull queues alone may have no dispatcher.

import type { Executor } from '../postgres/executor.ts';
import type { Logger } from '../runtime/logger.ts';
import { maintainQueue, sweepAttempts, unattendedQueues } from '../store/upkeep.ts';

/**
 * One round. A queue that goes wrong is logged, and keeps none of the others waiting.
 *
 * @param attemptDays how many days attempts are kept
 * @param signal ends it between two portions
 * @returns how many rows were taken away
 */
export async function maintain(
  database: Executor,
  { attemptDays, logger, signal }: { attemptDays: number; logger: Logger; signal?: AbortSignal },
): Promise<number> {
  let removed = 0;
  await sweepAttempts(database, attemptDays);
  for (const queue of await unattendedQueues(database)) {
    try {
      // To the end: only who finds nothing left of a purge forgets it.
      for (let last = 1; last > 0 && !signal?.aborted; removed += last) last = await maintainQueue(database, queue);
    } catch (error) {
      logger.warn('a queue could not be swept', { queue, error });
    }
  }
  return removed;
}
