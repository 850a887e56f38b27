create or replace function taskqueue.peek_task(queue text, name text) returns setof taskqueue.leased_task
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  task_id constant bigint := taskqueue._find_task(source, name);
begin
  return query
    select source.name, peek_task.name, greatest(t.leased_until, t.due), t.created, t.body, t.tag, t.attempts,
      null::uuid, t.headers
    from taskqueue._tasks as t where t.id = task_id;
end
$$;

comment on function taskqueue.peek_task is
$doc$For the REST API v1beta2: returns a live task with its payload, without leasing it, however many tasks the queue
has.

Arguments:
- queue: name of the queue.
- name: name of the task, given or generated.

Returns the task as lease_tasks does, without a lease token; eta is the end of its lease, or when it can first be
leased. No row: there is no such task.

Raises: TQ001 unknown queue.

Example:
    select name, eta, tag from taskqueue.peek_task('pull', 'report-7');$doc$;
