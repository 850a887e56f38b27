// Noting what happened in several queues with one statement.

import type { Executor } from './executor.ts';

export function recordAllStatistics(
  executor: Executor,
  queues: string[],
  executed: number[],
  enforced: (number | null)[],
) {
  return executor.query(
    'select taskqueue.record_statistics(s.queue, s.executed, s.enforced) from unnest($1::text[], $2::bigint[], $3::double precision[]) as s(queue, executed, enforced)',
    [queues, executed, enforced],
  );
}
