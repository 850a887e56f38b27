-- _next_epoch: the epoch for a database that finds itself to be a copy. It must be above that of every task and purge
-- that came with it, because a purge takes lower ids for tasks that existed before (_current_snapshot), and must differ
-- from the original's.
--
-- While there is room it is picked by a hash of the database, so that databases of different origin usually differ. A
-- copy of a copy moves up by a 32nd of what is left: hundreds of copies in a row, each with tasks of the one before,
-- fit below 4096.
create or replace function taskqueue._next_epoch(pick bigint, original bigint) returns bigint
language plpgsql stable
set enable_seqscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  base constant bigint := greatest(
    (select max(t.id) from taskqueue._tasks as t) >> 50,
    (select max(d.id) from taskqueue._dead_tasks as d) >> 50,
    (select max(pg_snapshot_xmax(q.purged)::text::bigint) from taskqueue._queues as q) >> 43,
    0);
  room constant bigint := case when base = 0 then 2048 else greatest(1, (4095 - base) / 32) end;
  taken bigint := base + 1 + pick % room;
begin
  if taken = original then
    taken := base + 1 + (pick + 1) % room;
  end if;
  if taken > 4095 then
    raise exception 'this database is the 4095th copy of a copy: no epoch is left for it'
      using hint = 'Finish, delete or purge its tasks and dead tasks: an epoch is free again when no task has it.';
  end if;
  return taken;
end
$$;
