// The audit, a page at a time: a bounded scan by id, whatever is looked for.

import type { AuditEntry } from '../domain/audit.ts';
import type { Executor } from '../postgres/executor.ts';
import { run, statement } from '../schema/call.ts';
import { microseconds } from '../schema/columns.ts';
import type { BigintValue } from '../schema/rows.ts';
import { readDate } from './values.ts';

/** Rows that are looked at for one page. */
const LOOKED_AT = 20_000;

export interface AuditQuery {
  /** Entries below this id; undefined: the newest. */
  before?: number | undefined;
  /** Parts of the object, the actor and the act; case does not matter. */
  object?: string | undefined;
  actor?: string | undefined;
  act?: string | undefined;
  limit: number;
}

export interface AuditPage {
  entries: AuditEntry[];
  /** The id below which to continue; undefined: there is no more. */
  next: number | undefined;
  /** True: the scan ended before the page was full. */
  cutShort: boolean;
}

interface AuditRow extends Omit<AuditEntry, 'id' | 'at' | 'requestId'> {
  id: BigintValue;
  at: BigintValue;
  request_id: string | null;
  lowest: BigintValue;
  first: BigintValue;
}

const holds = (column: string, parameter: number) =>
  `($${parameter}::pg_catalog.text is null or pg_catalog.strpos(pg_catalog.lower(s.${column}),
    pg_catalog.lower($${parameter}::pg_catalog.text)) operator(pg_catalog.>) 0)`;

// The bounds come with a row of their own, so that they are known when nothing matches.
const PAGE = `with scanned as materialized (
    select a.id, a.at, a.actor, a.via, a.act, a.object, a.before, a.after, a.reason, a.request_id
    from taskqueue.audit as a
    where $1::bigint is null or a.id operator(pg_catalog.<) $1::bigint
    order by a.id desc limit ${LOOKED_AT})
  select s.id, ${microseconds('s.at')} as at, s.actor, s.via, s.act, s.object, s.before, s.after, s.reason,
         s.request_id, b.lowest, b.first
  from (select pg_catalog.min(i.id) as lowest, (select pg_catalog.min(f.id) from taskqueue.audit as f) as first
        from scanned as i) as b
  left join lateral (select s.* from scanned as s
    where ${holds('object', 2)} and ${holds('actor', 3)} and ${holds('act', 4)}
    order by s.id desc limit $5) as s on true
  order by s.id desc`;

/** Lists acts, the newest first. */
export async function auditPage(executor: Executor, query: AuditQuery): Promise<AuditPage> {
  const { before = null, object = null, actor = null, act = null, limit } = query;
  const rows = await run(executor, statement<AuditRow>(PAGE, [before, object, actor, act, limit]));
  const entries = rows.flatMap(({ request_id, lowest: _, first: __, ...row }) =>
    row.id === null ? [] : [{ ...row, id: Number(row.id), at: readDate(row.at), requestId: request_id }],
  );
  const [lowest, first] = [Number(rows[0]?.lowest ?? 0), Number(rows[0]?.first ?? 0)];
  const isFull = entries.length === limit;
  const end = isFull ? Number(entries.at(-1)?.id) : lowest;
  const isLast = rows.length === 0 || rows[0]?.lowest === null || end <= first;
  return { entries, next: isLast ? undefined : end, cutShort: !isFull && !isLast };
}
