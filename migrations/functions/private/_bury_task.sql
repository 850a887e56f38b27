-- _bury_task: a task is out of retries: it leaves the queue for the dead tasks, kept for seven days, and its name becomes
-- a tombstone.
--
-- Its row passes through no variable: a worker's lease buries tasks whose bodies the worker may not see, and a session
-- can have the values of variables printed (debug_print_plan).
-- Arguments  reason                   why the last attempt failed
--            executions, last_status  after the last attempt; null: as the row has them
-- Returns    true, so that it can stand in a predicate
create or replace function taskqueue._bury_task(id bigint, reason text, executions integer default null,
  last_status integer default null) returns boolean
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  buried record;
begin
  update taskqueue._tasks as t
  set lease_token = null, executions = coalesce(_bury_task.executions, t.executions),
      last_status = coalesce(_bury_task.last_status, t.last_status)
  where t.id = _bury_task.id;
  with gone as (delete from taskqueue._tasks as t where t.id = _bury_task.id returning t.*)
  insert into taskqueue._dead_tasks as d select gone.*, now, _bury_task.reason, now + interval '604800 seconds' from gone
  returning d.queue_id, d.name into buried;
  if buried.name is not null then
    perform taskqueue._entomb(buried.queue_id, array[buried.name], array[_bury_task.id]);
  end if;
  return true;
end
$$;
