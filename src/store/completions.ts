// Completing tasks of several queues with one statement: one round trip, one commit; a call for each queue, in the order of their names, so that two such
// statements can't wait for each other in a circle.

import type { LeaseRef } from '../domain/dispatch.ts';
import type { Executor } from '../postgres/executor.ts';
import { type AttemptRecord, KEPT } from './attempt-statements.ts';

/** What is to be completed of a queue. */
export interface Completion {
  queue: string;
  leases: readonly LeaseRef[];
}

/**
 * A row a completion, with its position from 1: `done` holds the ids that were completed; null: all of them, which need not be said. Most have no attempts
 * to keep.
 */
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
     select a.position, case when pg_catalog.count(c.id) operator(pg_catalog.<=) (a.last operator(pg_catalog.-) a.first)
                             then coalesce(pg_catalog.array_agg(c.id::pg_catalog.text) filter (where c.id is not null), '{}') end as done
     from ${attempts.length > 0 ? 'kept, ' : ''}
          (select o.* from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[]), pg_catalog.unnest($3::integer[]))
             with ordinality as o(name_of_queue, first, last, position) order by o.name_of_queue) as a
          left join lateral
          taskqueue.complete_tasks(a.name_of_queue, ($4::bigint[])[a.first : a.last], ($5::pg_catalog.uuid[])[a.first : a.last]) as c(id) on true
     group by a.position, a.first, a.last`,
    [
      completions.map(({ queue }) => queue),
      completions.map(({ leases }, i) => (ends[i] as number) - leases.length + 1),
      ends,
      `{${all.map(({ id }) => id).join()}}`, // nothing in them needs the escapes that the driver would look for
      `{${all.map(({ leaseToken }) => leaseToken).join()}}`,
      ...(attempts.length > 0 ? [JSON.stringify(attempts)] : []),
    ],
  );
}
