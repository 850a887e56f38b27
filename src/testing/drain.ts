// Runs a dispatcher that is not started until nothing is due.

import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { RunCounts } from '../dispatcher/upkeep/run-counts.ts';

const MOST_PASSES = 1_000;

/**
 * Runs passes until one claims nothing; returns their combined counts. Later tasks, and tasks whose queue has no token
 * left, remain: move the clocks and drain again.
 *
 * @throws Error if tasks are still due after a thousand passes
 * @example
 * await queue.add({ url: '/send' })
 * expect(await drain(dispatcher)).toMatchObject({ completed: 1 })
 */
export async function drain(dispatcher: Dispatcher): Promise<RunCounts> {
  const total: RunCounts = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const counts = await dispatcher.runOnce();
    for (const key of Object.keys(total) as (keyof RunCounts)[]) total[key] += counts[key];
    if (counts.claimed === 0) return total;
  }
  throw new Error(`tasks are still due after ${MOST_PASSES} passes`);
}
