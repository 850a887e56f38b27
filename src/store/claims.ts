// Claiming from several queues with one statement: one round trip, one commit. Its answer is bounded, however large the tasks are.
//
// A session whose process is stopped while an answer is on its way holds its leaderships until the server gives it up; over a Unix socket it never does. So
// an answer has to fit into the socket. Of tasks beyond that there is only what it takes to read them on another connection, which holds nothing.

import type { Executor } from '../postgres/executor.ts';
import { columnsOfFunction } from '../schema/columns.ts';

/** What takes tasks of one queue: those that are due, or those that someone asked to run now. */
export type Claim = 'claim_tasks' | 'claim_forced_tasks';

/** Linux gives a Unix socket about 190 KB. */
export const MOST_CLAIM_BYTES = 170 * 1024;
/** What is said of a task that there is no room for. */
const LEFT_OUT_BYTES = 90;

const NARROW =
  'id queue method eta created retry_count execution_count previous_response retry_reason dispatch_deadline lease_token forced';
const WIDE = 'name url headers body target namespace';
const COLUMNS = [
  ...NARROW.split(' ').map((name) => `c."${name}"`),
  ...WIDE.split(' ').map((name) => `case when c.fits then c."${name}" end as "${name}"`),
].join(', ');
/**
 * Of a row: what is in its wide columns as text, where bytes are two digits each, and about as much beside them. Operators that are named with their schema all
 * bind alike, from left to right.
 */
const BYTES = `250 operator(pg_catalog.+) (2 operator(pg_catalog.*) coalesce(pg_catalog.octet_length(f.body), 0))
  operator(pg_catalog.+) pg_catalog.octet_length(f.url) operator(pg_catalog.+) pg_catalog.octet_length(f.name)
  operator(pg_catalog.+) coalesce(2 operator(pg_catalog.*) pg_catalog.pg_column_size(f.headers), 0)`;

/**
 * Rows of dispatches, each with `asked`: the position, from 1, of the queue that it was claimed for. Those that the answer had no room for have null in
 * their wide columns, the URL among them: `readClaimed` has them whole.
 *
 * @param claimer the dispatcher's number
 */
export function claimFromAll(executor: Executor, claim: Claim, queues: string[], most: number[], claimer: number) {
  const asked = most.reduce((sum, tasks) => sum + tasks, 0);
  return executor.query(
    `select asked, ${columnsOfFunction(claim)}
     from (select c.asked, ${COLUMNS}
           from (select a.asked, f.*, pg_catalog.sum(${BYTES}) over (rows unbounded preceding) operator(pg_catalog.<=) $4::integer as fits
                 from rows from (pg_catalog.unnest($1::pg_catalog.text[]), pg_catalog.unnest($2::integer[])) with ordinality as a(name_of_queue, most, asked),
                      taskqueue.${claim}(a.name_of_queue, a.most, $3::integer) as f) as c) as d`,
    [queues, most, claimer, MOST_CLAIM_BYTES - LEFT_OUT_BYTES * asked],
  );
}

/** The same rows, whole, of tasks that are claimed. */
export function readClaimed(executor: Executor, ids: string[], leaseTokens: string[], forced: boolean) {
  return executor.query(
    `select ${columnsOfFunction('claimed_tasks')} from taskqueue.claimed_tasks($1::bigint[], $2::pg_catalog.uuid[], $3::boolean)`,
    [ids, leaseTokens, forced],
  );
}
