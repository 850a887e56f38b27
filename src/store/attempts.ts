// Recorded attempts: failures, and successes that followed a failure.

import { InvalidQueueNameError, InvalidTaskNameError } from '../domain/errors.ts';
import type { Attempt } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import type { Executor } from '../postgres/executor.ts';
import { run, select } from '../schema/call.ts';
import { readDate, readNumber } from './values.ts';

/** Lists the attempts of all queues, of a queue, or of one of its tasks, latest first. */
export async function listAttempts(
  executor: Executor,
  queue: string | undefined,
  { name, limit = 100 }: { name?: string | undefined; limit?: number } = {},
): Promise<Attempt[]> {
  const where = {
    queue: queue === undefined ? undefined : requireText(queue, 'the name of a queue', InvalidQueueNameError),
    name: name === undefined ? undefined : requireText(name, 'the name of a task', InvalidTaskNameError),
  };
  const rows = await run(executor, select('attempts', { where, order: ['-ended'], limit }));
  return rows.map((row) => ({
    ...row,
    started: readDate(row.started),
    ended: readDate(row.ended),
    seconds: readNumber(row.seconds),
  }));
}
