// Keeping the house where no dispatcher does.

import type { Executor } from '../postgres/executor.ts';
import { call, run, runOne } from '../schema/call.ts';
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
