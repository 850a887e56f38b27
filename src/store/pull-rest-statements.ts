// The statements of the REST API v1beta2. Its moments have microseconds, because the expiry of a lease is its proof; a
// Date has only milliseconds.

import { statement } from '../schema/call.ts';
import { microseconds, momentOf } from '../schema/columns.ts';
import type { BigintValue } from '../schema/rows.ts';

/** A pull task; moments in microseconds since 1970. */
export interface RestTaskRow {
  name: string;
  eta: BigintValue;
  created: BigintValue;
  tag: string | null;
  retry_count: number;
  /** undefined: not requested. */
  payload?: Uint8Array | null;
}

const MOMENTS = `name, ${microseconds('eta')} as eta, ${microseconds('created')} as created`;
const LEASED = `${MOMENTS}, tag, retry_count, payload`;
const ETA = momentOf('$4');

export const leaseRows = (queue: string, seconds: number, tasks: number, bytes: number) =>
  statement<RestTaskRow>(`select ${LEASED} from taskqueue.lease_tasks($1, $2, $3, $4)`, [queue, seconds, tasks, bytes]);

export const leaseRowsByTag = (queue: string, seconds: number, tasks: number, bytes: number, tag: string | null) =>
  statement<RestTaskRow>(`select ${LEASED} from taskqueue.lease_tasks_by_tag($1, $2, $3, $5, $4)`, [
    queue,
    seconds,
    tasks,
    bytes,
    tag,
  ]);

export const listRows = (queue: string, limit: number) =>
  statement<RestTaskRow>(
    `select ${MOMENTS}, tag, retry_count from taskqueue.tasks where queue operator(pg_catalog.=) $1
     order by tasks.eta, tasks.name limit $2`,
    [queue, limit],
  );

export const taskRow = (queue: string, name: string) =>
  statement<RestTaskRow>(`select ${LEASED} from taskqueue.peek_task($1, $2)`, [queue, name]);

export const insertRow = (
  queue: string,
  name: string | null,
  payload: Uint8Array,
  eta: string | null,
  tag: string | null,
) =>
  statement<RestTaskRow>(
    `select ${MOMENTS}, $5::pg_catalog.text as tag, 0 as retry_count
     from taskqueue.add(queue => $1, name => $2, payload_bytes => $3, eta => ${ETA}, tag => $5::pg_catalog.text,
       transactional => false)`,
    [queue, name, payload, eta, tag],
  );

export const modifyRow = (queue: string, name: string, seconds: number, eta: string | null) =>
  statement<RestTaskRow>(`select ${LEASED} from taskqueue.modify_task_lease_by_eta($1, $2, $3, ${ETA})`, [
    queue,
    name,
    seconds,
    eta,
  ]);
