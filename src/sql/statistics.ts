// Noting what happened in several queues with one statement.

import type { Executor } from './executor.ts';

export function recordAllStatistics(executor: Executor, queues: string[], executed: number[]) {
  return executor.query(
    'select taskqueue.record_statistics(s.queue, s.executed) from unnest($1::text[], $2::bigint[]) as s(queue, executed)',
    [queues, executed],
  );
}
