create or replace function taskqueue.get_cloud_task(queue text, project text, location text, name text,
  with_body boolean default false, mode text default 'push') returns setof taskqueue.cloud_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._visible_queue(queue, project, location, mode);
  found constant bigint := taskqueue._find_task(source, name);
  now constant timestamptz := taskqueue._now();
begin
  if found is null then
    perform taskqueue._raise_missing_task(source, name);
  end if;
  return query
    select (taskqueue._cloud_task(source, t, now, with_body)).* from taskqueue._tasks as t where t.id = found;
end
$$;

comment on function taskqueue.get_cloud_task is
$doc$For the Cloud Tasks API: returns a live task.

Arguments:
- queue: name of a queue.
- project, location: the parent under which it is asked for.
- name: name of the task.
- with_body: true: with its body.
- mode: push or pull: what the queue has to be; null: either.

Returns the task; no row when it ends in this moment.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a queue of another mode.

Example:
    select schedule_time, dispatch_count from taskqueue.get_cloud_task('mail', 'shop', 'eu', 'receipt-7');$doc$;
