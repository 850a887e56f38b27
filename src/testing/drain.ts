// Runs a dispatcher that is not started until nothing is due.

import type { Dispatcher } from '../dispatcher/dispatcher.ts';
import type { RunCounts } from '../dispatcher/upkeep/run-counts.ts';

const MOST_PASSES = 1_000;

/**
 * Runs passes until one claims nothing; returns their combined counts. Later tasks, and tasks whose queue has no token
 * left, remain: move the clocks and drain again.
 *
 * @throws Error if another dispatcher leads one of the queues, so that its tasks run there; or if tasks are still due
 * after a thousand passes
 * @example
 * await queue.add({ url: '/send' })
 * expect(await drain(dispatcher)).toMatchObject({ completed: 1 })
 */
export async function drain(dispatcher: Dispatcher): Promise<RunCounts> {
  const total: RunCounts = { claimed: 0, completed: 0, failed: 0, dead: 0, stale: 0 };
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const { ledElsewhere, ...counts } = await dispatcher.runOnce();
    if (ledElsewhere.length > 0) throw new Error(notDrained(ledElsewhere));
    for (const key of Object.keys(total) as (keyof RunCounts)[]) total[key] += counts[key];
    if (counts.claimed === 0) return total;
  }
  throw new Error(`tasks are still due after ${MOST_PASSES} passes`);
}

function notDrained(queues: readonly string[]): string {
  const [first, ...others] = queues;
  const all = others.length === 0 ? `queue ${first}` : `queue ${first} and ${others.length} more`;
  return `cannot drain ${all}: another dispatcher of this database leads it; stop that one, or use a database of your own`;
}
