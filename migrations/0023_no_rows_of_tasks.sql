-- 0023_no_rows_of_tasks: functions that took rows of _tasks or _dead_tasks are replaced by functions that take the
-- columns they need: a session can have the values of variables printed, bodies and lease tokens among them.

-- What explain_task reads of a live task.
create type taskqueue._waiting_task as (
  id bigint,
  name text,                  -- given or generated
  due timestamptz,
  attempts integer,
  leased_until timestamptz,
  leased_at timestamptz,
  last_status integer,
  retry_reason text,
  target text,
  retry taskqueue.retry_parameters
);

drop function if exists taskqueue._explain_queue(taskqueue._queues, taskqueue._tasks);
drop function if exists taskqueue._explain_turn(taskqueue._queues, taskqueue._tasks);
drop function if exists taskqueue._explain_wait(taskqueue._queues, taskqueue._tasks);
drop function if exists taskqueue._shown_name(taskqueue._tasks);
drop function if exists taskqueue._bury_task(taskqueue._tasks, text);
drop function if exists taskqueue._bury_by_id(bigint, text);
drop function if exists taskqueue._queue_facts(jsonb);

-- Views call fewer functions now, and everybody may execute those (grants.sql).
do $$
declare
  no_longer_called constant text[] := array['_headers', '_size', '_state', '_storage_limit'];
  held record;
begin
  for held in
    select p.oid::regprocedure as function, r.rolname
    from pg_catalog.pg_proc as p, pg_catalog.pg_roles as r
    where p.pronamespace = 'taskqueue'::regnamespace and p.proname = any (no_longer_called)
      and r.rolname in ('taskqueue_operator', 'taskqueue_viewer')
  loop
    execute format('revoke all on function %s from %I', held.function, held.rolname);
  end loop;
end
$$;
