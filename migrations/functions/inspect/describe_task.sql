create or replace function taskqueue.describe_task(queue text, name text) returns setof taskqueue.task_status
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  found constant bigint := taskqueue._find_task(taskqueue._find_queue(queue), name);
begin
  return query
    select r.queue, r.name, r.state, r.eta, r.created, r.method, r.url, r.target, r.tag, r.namespace, r.retry_count,
      r.lease_until, r.last_status, r.size
    from taskqueue._task_rows as r where r.id = found;
end
$$;

comment on function taskqueue.describe_task is
$doc$Returns one task as the view tasks shows it, found by its name, however many tasks there are.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns a row of the view tasks; none when the queue has no such task.

Raises: TQ001 unknown queue.

Example:
    select state, eta, last_status from taskqueue.describe_task('mail', 'receipt-7');$doc$;
