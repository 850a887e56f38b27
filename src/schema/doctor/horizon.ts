// The horizon: vacuum removes only rows that no transaction can see any more. Whatever keeps an old snapshot holds it
// back, in every table of the database.

import type { Executor } from '../../postgres/executor.ts';
import { run, statement } from '../call.ts';

/** Most holders that are read. */
const MOST = 20;

/**
 * session: a transaction of this database. standby: a replica with hot standby feedback. slot: a replication slot.
 * prepared: a prepared transaction.
 */
export type HolderKind = 'session' | 'standby' | 'slot' | 'prepared';

/** What holds the horizon back. */
export interface HorizonHolder {
  kind: HolderKind;
  /** The slot, the global identifier, the name of the standby or that of the session; empty: it has none. */
  name: string;
  /** Its server process; null: none. */
  pid: number | null;
  role: string | null;
  /** The address of its client; null: a local one, or hidden. */
  client: string | null;
  /** Such as `idle in transaction`; for slots `active` or `inactive`. */
  state: string | null;
  /** True: it holds back only the catalogues of PostgreSQL. */
  catalogOnly: boolean;
  /** The oldest transaction that it can see. */
  xmin: string;
  /** How many transactions ago that was. */
  transactions: number;
  /** For how many seconds it has held it; null: PostgreSQL does not record it. */
  seconds: number | null;
  /** Bytes of WAL that are kept for a slot; null: not a slot. */
  walBytes: number | null;
}

interface HolderRow {
  kind: HolderKind;
  name: string;
  pid: number | null;
  role: string | null;
  client: string | null;
  state: string | null;
  catalog_only: boolean;
  xmin: string;
  transactions: number;
  seconds: number | null;
  wal_bytes: number | null;
}

const SINCE = (moment: string) =>
  `extract(epoch from pg_catalog.clock_timestamp() operator(pg_catalog.-) ${moment})::pg_catalog.float8`;

// A transaction that has written holds the horizon at its own number, also between statements.
const SESSIONS = `
  select case when a.backend_type operator(pg_catalog.=) 'walsender' then 'standby' else 'session' end as kind,
         a.application_name as name, a.pid, a.usename::pg_catalog.text as role,
         pg_catalog.host(a.client_addr) as client,
         a.state, false as catalog_only,
         case when coalesce(pg_catalog.age(a.backend_xid), 0) operator(pg_catalog.>)
                coalesce(pg_catalog.age(a.backend_xmin), 0)
           then a.backend_xid::pg_catalog.text else a.backend_xmin::pg_catalog.text end as xmin,
         greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid)) as transactions,
         ${SINCE('a.xact_start')} as seconds, null::pg_catalog.float8 as wal_bytes
  from pg_catalog.pg_stat_activity as a
  where (a.backend_xmin is not null or a.backend_xid is not null)
    and a.pid operator(pg_catalog.<>) pg_catalog.pg_backend_pid()
    and (a.backend_type operator(pg_catalog.=) 'walsender' and a.backend_xmin is not null
         or a.backend_type operator(pg_catalog.=) 'client backend'
            and a.datname operator(pg_catalog.=) pg_catalog.current_database())`;

const SLOTS = `
  select 'slot', s.slot_name::pg_catalog.text, s.active_pid, null, null,
         case when s.active then 'active' else 'inactive' end, s.xmin is null,
         coalesce(s.xmin, s.catalog_xmin)::pg_catalog.text,
         greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin)), null,
         case when not pg_catalog.pg_is_in_recovery()
           then pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)::pg_catalog.float8 end
  from pg_catalog.pg_replication_slots as s where s.xmin is not null or s.catalog_xmin is not null`;

const PREPARED = `
  select 'prepared', p.gid, null, p.owner::pg_catalog.text, null, null, false, p.transaction::pg_catalog.text,
         pg_catalog.age(p.transaction), ${SINCE('p.prepared')}, null
  from pg_catalog.pg_prepared_xacts as p where p.database operator(pg_catalog.=) pg_catalog.current_database()`;

/** Lists what holds the horizon back, the oldest first; without pg_read_all_stats, only sessions of the own role. */
export async function horizonHolders(executor: Executor): Promise<HorizonHolder[]> {
  const holders = statement<HolderRow>(
    `select h.* from (${SESSIONS} union all ${SLOTS} union all ${PREPARED}) as h
     order by h.catalog_only, h.transactions desc, h.seconds desc nulls last limit ${MOST}`,
  );
  return (await run(executor, holders)).map(({ catalog_only, wal_bytes, ...row }) => ({
    ...row,
    catalogOnly: catalog_only,
    walBytes: wal_bytes,
  }));
}

/** The holder in the words of a sentence. */
export function holderInWords({ kind, name, pid, state }: HorizonHolder): string {
  if (kind === 'slot') return `replication slot ${name}`;
  if (kind === 'prepared') return `prepared transaction ${name}`;
  if (kind === 'standby') return `standby ${name || pid}`;
  return `session ${pid} (${[name || 'no name', state].filter(Boolean).join(', ')})`;
}
