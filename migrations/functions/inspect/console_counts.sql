-- Counts stop at 1000, which costs an index scan of as many entries; above, estimates by the last ANALYZE stand in.
create or replace function taskqueue.console_counts() returns table (dead bigint, tombstones bigint, crons bigint,
  dispatchers bigint, targets bigint)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  most constant bigint := 1000;
begin
  select count(*) into dead from (select from taskqueue._dead_tasks limit most + 1) as d;
  if dead > most then
    dead := greatest(dead, (select c.reltuples from pg_class as c where c.oid = 'taskqueue._dead_tasks'::regclass));
  end if;
  select count(*) into tombstones
  from (select from taskqueue._names as n where n.expires is not null limit most + 1) as t;
  if tombstones > most then
    tombstones := greatest(tombstones,
      (select c.reltuples from pg_class as c where c.oid = 'taskqueue._names_expires'::regclass));
  end if;
  select count(*) into crons from taskqueue._crons;
  select count(distinct l.pid) into dispatchers from taskqueue._held_locks as l
  where l.lock = 'dispatcher' and l.authorized;
  select count(*) into targets from taskqueue._targets;
  return next;
end
$$;

comment on function taskqueue.console_counts is
$doc$Returns how many there are of what the console lists beside queues and tasks: one row. Exact up to 1000, an
estimate above.

Returns: dead, dead tasks; tombstones; crons; dispatchers, connected ones; targets.

Example:
    select dead, dispatchers from taskqueue.console_counts();$doc$;
