-- It takes no locks.
create or replace function taskqueue.run_cloud_task(queue text, project text, location text, name text,
  with_body boolean default false) returns setof taskqueue.cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
begin
  perform taskqueue._visible_queue(queue, project, location, 'push');
  perform taskqueue.run_task(queue, name);
  return query select * from taskqueue.get_cloud_task(queue, project, location, name, with_body);
end
$$;

comment on function taskqueue.run_cloud_task is
$doc$For the Cloud Tasks API: dispatches a task now, as run_task does, unless it is already running.

Arguments:
- queue: name of a push queue.
- project, location: the parent under which it is asked for.
- name: name of the task.
- with_body: true: with its body.

Returns the task: running, or as it was before the run that is requested now.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a pull queue.

Example:
    select name from taskqueue.run_cloud_task('mail', 'shop', 'eu', 'receipt-7');$doc$;
