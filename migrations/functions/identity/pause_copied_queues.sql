-- pause_copied_queues: where this database is a copy, pause its push queues: their tasks and targets are the
-- original's, and would be called from here as well. Each runs again when it is resumed. Forced runs that were asked
-- for in the original are forgotten.
--
-- Returns    how many queues it has paused; 0: this is no copy, or they were held before, and what is running was
--            resumed since
-- Locks      the rows of the queues that it pauses
create or replace function taskqueue.pause_copied_queues() returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  epoch constant bigint := taskqueue._epoch();
  held integer := 0;
  source record;
begin
  if coalesce(pg_sequence_last_value('taskqueue._accepted') = epoch, true) then
    return 0;
  end if;
  for source in
    select q.name from taskqueue._queues as q where q.mode = 'push' and q.deleted_at is null
      and taskqueue._state(q) = 'running' order by q.name
  loop
    perform taskqueue.pause_queue(source.name, 'this database is a copy: check its targets before you resume');
    held := held + 1;
  end loop;
  delete from taskqueue._forced_runs;
  perform setval('taskqueue._accepted', epoch);
  return held;
end
$$;

comment on function taskqueue.pause_copied_queues is
  'Where this database is a copy of another, pause its push queues, so that nothing is sent before somebody has '
  'looked.';
