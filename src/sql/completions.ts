// Completing tasks of several queues with one statement: one round trip, one commit; a call for each queue.

import type { LeaseRef } from '../domain/dispatch.ts';
import { type AttemptRecord, KEPT } from './attempts.ts';
import type { Executor } from './executor.ts';

/** What is to be completed of a queue. */
export interface Completion {
  queue: string;
  leases: readonly LeaseRef[];
}

/** Rows of ids: those that were completed. Most have no attempts to keep. */
export function completeAll(
  executor: Executor,
  completions: readonly Completion[],
  attempts: readonly AttemptRecord[] = [],
) {
  const all = completions.flatMap(({ leases }) => leases);
  let end = 0;
  const ends = completions.map(({ leases }) => (end += leases.length));
  return executor.query(
    `${attempts.length > 0 ? KEPT(6) : ''}
     select c.id
     from unnest($1::text[], $2::integer[], $3::integer[]) as a(name_of_queue, first, last),
          taskqueue.complete_tasks(a.name_of_queue, ($4::bigint[])[a.first : a.last], ($5::uuid[])[a.first : a.last]) as c(id)
          ${attempts.length > 0 ? ', kept' : ''}`,
    [
      completions.map(({ queue }) => queue),
      completions.map(({ leases }, i) => (ends[i] as number) - leases.length + 1),
      ends,
      all.map(({ id }) => id),
      all.map(({ leaseToken }) => leaseToken),
      ...(attempts.length > 0 ? [JSON.stringify(attempts)] : []),
    ],
  );
}
