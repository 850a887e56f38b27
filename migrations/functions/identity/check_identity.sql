-- Locks: when it returns joined, _tasks against writers, for a moment. It waits for that lock 100 ms at most.
create or replace function taskqueue.check_identity() returns text
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '100ms'
set enable_seqscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  -- The ids are read first and the transactions after them, so that the transaction of a task added in between is seen.
  newest constant bigint := greatest((select max(t.id) from taskqueue._tasks as t),
    (select max(d.id) from taskqueue._dead_tasks as d));
  unused constant bigint := (taskqueue._epoch() << 43) + pg_snapshot_xmax(pg_current_snapshot())::text::bigint;
begin
  if newest / 128 >= unused and not pg_is_in_recovery() then
    begin
      perform taskqueue._renew_identity();
      return 'joined';
    exception when lock_not_available then
      return 'pending';   -- waiting longer would make all later adds wait
    end;
  end if;
  return case when pg_sequence_last_value('taskqueue._accepted') <> taskqueue._epoch() then 'copied'
    when pg_sequence_last_value('taskqueue._timeline') <> taskqueue._timeline() then 'promoted' else 'known' end;
end
$$;

comment on function taskqueue.check_identity is
$doc$Checks whether this database is the one its tasks were added to, and makes the ids of new tasks follow all existing
ones. A dispatcher calls it when it starts; `migrate` and `doctor` call it, too.

A restored dump doesn't depend on it: its first statement adapts to the new database by itself. This call finds tasks
that arrived by logical replication or were copied in later.

Returns one of
- known: this is the database its tasks were added to.
- copied: it is a copy: a database of its own, with the tasks and targets of another (see pause_copied_queues).
- joined: tasks of another database, with later ids than this one's, had been imported; from now on new tasks get ids
  after theirs.
- pending: as joined, but transactions that add tasks are open all the time; call it again.
- promoted: the server was promoted since the schema was last migrated: a failover, or a second server beside the first
  that makes the same names for new tasks. Only a person can know which.

Example:
    select taskqueue.check_identity();$doc$;
