-- Locks: the rows of the queues it pauses, then those of the jobs that it cancels.
create or replace function taskqueue.pause_copied_queues() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  epoch constant bigint := taskqueue._epoch();
  held integer := 0;
  source record;
  job taskqueue._jobs;
begin
  if coalesce(pg_sequence_last_value('taskqueue._accepted') = epoch, true) then
    return 0;
  end if;
  for source in
    select q.name from taskqueue._queues as q where q.mode = 'push' and q.deleted_at is null
      and taskqueue._state(q) = 'running' order by q.name
  loop
    perform taskqueue.pause_queue(source.name, 'this database is a copy: check its targets before resuming');
    held := held + 1;
  end loop;
  -- The original continues them, and forced runs don't wait until a queue is resumed.
  for job in select j.* from taskqueue._jobs as j where j.state = 'running' order by j.id for update loop
    perform taskqueue._end_job(job, 'cancelled', 'this database is a copy');
  end loop;
  delete from taskqueue._forced_runs;
  perform setval('taskqueue._accepted', epoch);
  return held;
end
$$;

comment on function taskqueue.pause_copied_queues is
$doc$Pauses the push queues of a copied database, so that nothing is sent from it before someone has checked: its tasks
and targets are the original's, which runs them, too. Each queue runs again once it is resumed. Forced runs that were
requested in the original are dropped, and jobs that run there are cancelled.

Returns the number of queues it paused; 0: this is not a copy, or its queues were paused before, and those that run were
resumed since.

Example:
    select taskqueue.pause_copied_queues();$doc$;
