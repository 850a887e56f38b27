-- _bury_tasks: moves tasks of one queue that are out of retries to the dead tasks, where they are kept for seven days;
-- their names become tombstones. The caller has locked their rows, and pins the plans.
--
-- The rows pass through no variable: a worker's lease buries tasks whose bodies the worker may not see, and a session
-- can have the values of variables printed (debug_print_plan).
--
-- Arguments  reason                   why the last attempt failed
--            executions, last_status  after the last attempt; null: as in the rows
create or replace function taskqueue._bury_tasks(queue_id integer, ids bigint[], reason text,
  executions integer default null,
  last_status integer default null) returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  buried record;
begin
  update taskqueue._tasks as t
  set lease_token = null, executions = coalesce(_bury_tasks.executions, t.executions),
      last_status = coalesce(_bury_tasks.last_status, t.last_status)
  where t.id = any (ids);
  with gone as (delete from taskqueue._tasks as t where t.id = any (ids) returning t.*),
  dead as (insert into taskqueue._dead_tasks as d select gone.*, now, _bury_tasks.reason,
    now + interval '604800 seconds' from gone returning d.id, d.name)
  select array_agg(d.name) as names, array_agg(d.id) as ids into buried from dead as d where d.name is not null;
  if buried.names is not null then
    perform taskqueue._add_tombstones(queue_id, buried.names, buried.ids);
  end if;
end
$$;
