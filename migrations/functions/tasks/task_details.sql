create or replace function taskqueue.task_details(queue text, name text)
returns table (headers jsonb, dispatch_deadline double precision, retry jsonb, own_retry boolean,
  first_attempt timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  task taskqueue._tasks;
  dead taskqueue._dead_tasks;
begin
  select * into task from taskqueue._tasks as t where t.id = taskqueue._find_task(source, task_details.name);
  if task.id is null then
    select * into dead from taskqueue._dead_tasks as d
    where d.queue_id = source.id and coalesce(d.name, taskqueue._name(d.id, d.created)) = task_details.name
    order by d.died desc limit 1;
    if dead.id is null then
      perform taskqueue._raise_missing_task(source, name);
    end if;
    task.headers := dead.headers;
    task.body_kind := dead.body_kind;
    task.dispatch_deadline := dead.dispatch_deadline;
    task.retry := dead.retry;
    task.first_attempt := dead.first_attempt;
  end if;
  return query select
    case when source.mode = 'push' then taskqueue._headers(task) end,
    case when source.mode = 'push' then coalesce(task.dispatch_deadline, 600) end,
    taskqueue._retry_json(case when task.retry is null then source.retry else task.retry end),
    not (task.retry is null), -- "is not null" would ask for every part of it
    task.first_attempt;
end
$$;

comment on function taskqueue.task_details is
$doc$Returns the properties of a task, live or dead, that the views leave out, to roles that may read payloads.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns one row:
- headers: as they are sent, content type included; null for a pull task.
- dispatch_deadline: seconds its handler has; null for a pull task.
- retry: the retry parameters in force, without limits that are not set.
- own_retry: whether they are the task's own and not the queue's.
- first_attempt: when it was first tried; null: it wasn't, or it is a pull task.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task.

Example:
    select headers, retry from taskqueue.task_details('mail', 'receipt-7');$doc$;
