// Claiming from several queues with one statement: one round trip, one commit.

import type { Executor } from './executor.ts';

// A Date has milliseconds; a dispatch is told in microseconds.
const DISPATCH_COLUMNS =
  'id::text, queue, name, url, method, headers, body, target, namespace, ' +
  `(date_part('epoch', "eta") * 1000000)::bigint::text as "eta_microseconds", (date_part('epoch', "created") * 1000000)::bigint::text as "created_microseconds", ` +
  'retry_count, execution_count, previous_response, retry_reason, ' +
  'dispatch_deadline, lease_token, forced';

/** What takes tasks of one queue: those that are due, or those that someone asked to run now. */
export type Claim = 'claim_tasks' | 'claim_forced_tasks';

/** Rows of dispatches, each with `asked`: the position, from 1, of the queue that it was claimed for. */
export function claimFromAll(executor: Executor, claim: Claim, queues: string[], most: number[]) {
  return executor.query(
    `select asked, ${DISPATCH_COLUMNS}
     from unnest($1::text[], $2::integer[]) with ordinality as a(name_of_queue, most, asked), taskqueue.${claim}(a.name_of_queue, a.most)`,
    [queues, most],
  );
}
