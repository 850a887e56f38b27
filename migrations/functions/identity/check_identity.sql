-- check_identity: see whether this database is the one that its tasks were added to, and have the ids of new tasks
-- follow those of all others. A dispatcher calls it as it starts; migrate and doctor call it, too.
--
-- A restored dump needs nobody for it: its first statement sees to it (_epoch). Tasks that came by logical replication,
-- or were copied in later, are seen here.
-- Returns    known     it is
--            copied    it is a copy: a database of its own, with the tasks and targets of another (pause_copied_queues)
--            joined    tasks of another database were brought in that had the ids of later ones; new tasks have later
--                      ids from now on
--            pending   the same, but transactions that add are open all the time: call it again
--            promoted  the server was promoted since the schema was last migrated: a failover, or a second server
--                      beside the first one, with the same names
--                      for new tasks. Only a person knows which
-- Locks      where it answers joined: _tasks against writers, for a moment; it waits 100 ms at most
create or replace function taskqueue.check_identity() returns text
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '100ms'
set enable_seqscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  -- The ids first, and the transactions after them: a task that is added in between is of one that is seen then.
  newest constant bigint := greatest((select max(t.id) from taskqueue._tasks as t),
    (select max(d.id) from taskqueue._dead_tasks as d));
  unused constant bigint := (taskqueue._epoch() << 43) + pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
begin
  if newest / 128 >= unused and not pg_is_in_recovery() then
    begin
      perform taskqueue._renew_identity();
      return 'joined';
    exception when lock_not_available then
      return 'pending';   -- waiting longer, it would make all later adds wait
    end;
  end if;
  return case when pg_sequence_last_value('taskqueue._accepted') <> taskqueue._epoch() then 'copied'
    when pg_sequence_last_value('taskqueue._timeline') <> taskqueue._timeline() then 'promoted' else 'known' end;
end
$$;

comment on function taskqueue.check_identity is
  'See whether this database is the one that its tasks were added to: a copy, or one with tasks of another, counts on'
  ' from theirs.';
