-- Locks: the dead task's row and its name.
create or replace function taskqueue.requeue_task(queue text, name text) returns taskqueue.task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
#variable_conflict use_column
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  dead taskqueue._dead_tasks;
  back taskqueue._tasks;
begin
  if taskqueue._find_task(source, requeue_task.name) is not null then
    perform taskqueue._raise_name_taken(queue, requeue_task.name, 'exists');
  end if;
  select * into dead from taskqueue._dead_tasks as d
  where d.id = (select o.id from taskqueue._dead_tasks as o
                where o.queue_id = source.id and coalesce(o.name, taskqueue._name(o.id, o.created)) = requeue_task.name
                order by o.died desc limit 1) for update;
  if dead.id is null then
    perform taskqueue._raise('TQ014', format('queue %s has no dead task %s', queue, requeue_task.name),
      format('List the dead tasks: select name from taskqueue.dead_tasks where queue = %L;', queue),
      jsonb_build_object('queue', queue, 'name', requeue_task.name));
  end if;
  select * into back from taskqueue._requeue(source, array[dead]);
  if back.id is null then   -- another session was faster
    perform taskqueue._raise_name_taken(queue, requeue_task.name, 'exists');
  end if;
  perform taskqueue._wake(source.id, source.name);
  return row(source.name, requeue_task.name, back.due, back.created, false)::taskqueue.task;
end
$$;

comment on function taskqueue.requeue_task is
$doc$Puts a dead task back into its queue, under its own name and with all its retries; its tombstone is removed.

Arguments:
- queue: name of the queue.
- name: name of the dead task.

Returns the task, which is due now.

Raises: TQ001 unknown queue; TQ010 a live task has the name; TQ014 no dead task has it.

Example:
    select * from taskqueue.requeue_task('mail', 'receipt-7');$doc$;
