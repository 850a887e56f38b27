// Attempts that are kept: those that failed, and the successes that came after a failure.

import { InvalidQueueNameError, InvalidTaskNameError } from '../domain/errors.ts';
import type { Attempt } from '../domain/task.ts';
import { requireText } from '../domain/text.ts';
import { run } from '../sql/call.ts';
import type { Executor } from '../sql/executor.ts';
import { views } from '../sql/views.ts';
import { readDate } from './values.ts';

/** The attempts of a queue, or of one of its tasks, the latest first. */
export async function listAttempts(
  executor: Executor,
  queue: string,
  { name, limit = 100 }: { name?: string | undefined; limit?: number } = {},
): Promise<Attempt[]> {
  let query = views
    .selectFrom('taskqueue.attempts')
    .selectAll()
    .where('queue', '=', requireText(queue, 'the name of a queue', InvalidQueueNameError))
    .orderBy('ended', 'desc')
    .limit(limit);
  if (name !== undefined)
    query = query.where('name', '=', requireText(name, 'the name of a task', InvalidTaskNameError));
  const rows = await run(executor, query.compile());
  return rows.map((row) => ({ ...row, started: readDate(row.started), ended: readDate(row.ended) }));
}
