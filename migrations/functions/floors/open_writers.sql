-- A due time is computed inside an insert or update, when the lock on the table is already held. So the transactions
-- that hold that lock now, and those that have committed, are all there can be. A vacuum's lock is another: it may be
-- held for minutes, and writes no task. A prepared transaction keeps its virtual transaction; -1/... is one that a
-- restart has brought back.
create or replace function taskqueue.open_writers(among text[] default null) returns text[]
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
  select coalesce(array_agg(distinct l.virtualtransaction), '{}')
  from pg_locks as l
  where l.locktype = 'relation' and l.relation = 'taskqueue._tasks'::regclass
    and l.database = (select d.oid from pg_database as d where d.datname = current_database())
    and l.mode not in ('AccessShareLock', 'RowShareLock', 'ShareUpdateExclusiveLock') and l.granted
        and l.pid is distinct from pg_backend_pid()
    and (among is null or l.virtualtransaction = any (among) or l.virtualtransaction ~ '^-1/')
$$;

comment on function taskqueue.open_writers is
$doc$The second step of raising floors: returns the transactions that may have given a task a due time before the
horizon and have not ended.

Arguments:
- among: null: all of them; otherwise those of these that are still open, and any -1/... once one of these has ended.

Returns virtual transaction ids; empty: floors may rise to the horizon.

Example:
    select taskqueue.open_writers();$doc$;
