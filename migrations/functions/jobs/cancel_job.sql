-- Locks: the job's row, so it waits for the chunk under way.
create or replace function taskqueue.cancel_job(id bigint) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  job taskqueue._jobs;
begin
  select * into job from taskqueue._jobs as j where j.id = cancel_job.id and j.state = 'running' for update;
  if job.id is null then
    return false;
  end if;
  perform taskqueue._end_job(job, 'cancelled');
  return true;
end
$$;

comment on function taskqueue.cancel_job is
$doc$Ends a job that runs. What it has done stays done.

Arguments:
- id: as create_job returns it.

Returns true: it is cancelled; false: there is no such job, or it has ended.

Example:
    select taskqueue.cancel_job(17);$doc$;
