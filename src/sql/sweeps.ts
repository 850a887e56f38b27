// Sweeping several queues with one statement.

import type { Executor } from './executor.ts';

export function sweepAll(executor: Executor, queues: string[]) {
  return executor.query('select taskqueue.sweep_queue(q.name) from unnest($1::text[]) as q(name)', [queues]);
}
