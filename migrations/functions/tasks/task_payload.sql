create or replace function taskqueue.task_payload(queue text, name text) returns bytea
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  found record;
begin
  select t.id, t.body into found from taskqueue._tasks as t
    where t.id = taskqueue._find_task(source, task_payload.name);
  if found.id is null then
    select d.id, d.body into found from taskqueue._dead_tasks as d
    where d.queue_id = source.id and coalesce(d.name, taskqueue._name(d.id, d.created)) = task_payload.name
      order by d.died desc limit 1;
  end if;
  if found.id is null then
    perform taskqueue._raise_missing_task(source, name);
  end if;
  return found.body;
end
$$;

comment on function taskqueue.task_payload is
$doc$Returns the body of a task, live or dead, to roles that may read payloads.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns the bytes; null: the task has no body.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task.

Example:
    select convert_from(taskqueue.task_payload('mail', 'receipt-7'), 'UTF8');$doc$;
