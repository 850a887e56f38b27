// Claiming from several queues with one statement: one round trip, one commit.

import { columnsOfFunction } from './columns.ts';
import type { Executor } from './executor.ts';

/** What takes tasks of one queue: those that are due, or those that someone asked to run now. */
export type Claim = 'claim_tasks' | 'claim_forced_tasks';

/** Rows of dispatches, each with `asked`: the position, from 1, of the queue that it was claimed for. */
export function claimFromAll(executor: Executor, claim: Claim, queues: string[], most: number[]) {
  return executor.query(
    `select asked, ${columnsOfFunction(claim)}
     from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[])) with ordinality as a(name_of_queue, most, asked),
          taskqueue.${claim}(a.name_of_queue, a.most)`,
    [queues, most],
  );
}
