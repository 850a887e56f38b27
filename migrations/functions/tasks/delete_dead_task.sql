-- Locks: the dead task's row.
create or replace function taskqueue.delete_dead_task(queue text, name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  gone taskqueue._dead_tasks;
begin
  delete from taskqueue._dead_tasks as d
  where d.id = (select o.id from taskqueue._dead_tasks as o
                where o.queue_id = source.id
                  and coalesce(o.name, taskqueue._name(o.id, o.created)) = delete_dead_task.name
                order by o.died desc limit 1)
  returning d.* into gone;
  if gone.id is null then
    return false;
  end if;
  perform taskqueue._audit('delete_dead', 'task ' || source.name || '/' || delete_dead_task.name,
    jsonb_build_object('died', gone.died, 'reason', gone.reason, 'retry_count', gone.attempts), null);
  return true;
end
$$;

comment on function taskqueue.delete_dead_task is
$doc$Deletes a dead task before its time. Its name stays a tombstone.

Arguments:
- queue: name of the queue.
- name: name of the dead task; if several died under it, the last of them.

Returns true: it is deleted; false: no dead task has the name.

Raises: TQ001 unknown queue.

Example:
    select taskqueue.delete_dead_task('mail', 'receipt-7');$doc$;
