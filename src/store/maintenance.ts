// Keeping the house where no dispatcher does.

import { call, run, runOne } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { readCount } from './values.ts';

export { sweepAttempts } from './dispatches.ts';

/** The queues that no dispatcher leads. */
export async function unattendedQueues(executor: Executor): Promise<string[]> {
  return (await run(executor, call('unattended_queues', {}))).map((row) => row.unattended_queues);
}

/** Takes away a portion of what is purged or has expired; gives how many rows. */
export async function maintainQueue(executor: Executor, queue: string): Promise<number> {
  return readCount((await runOne(executor, call('maintain_queue', { queue }))).maintain_queue);
}
