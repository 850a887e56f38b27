-- Locks: the batch's row, then the tombstones of its names, in the order of their hashes.
create or replace function taskqueue.undo_export(queue text) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  first_id constant bigint := taskqueue._next_id(false, 100);
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  held taskqueue._exported_batches;
begin
  delete from taskqueue._exported_batches as b where b.ctid = any (array(
    select o.ctid from taskqueue._exported_batches as o where o.queue_id = source.id order by o.number limit 1
    for update)) returning b.* into held;
  if held.number is null then
    return 0;
  end if;
  delete from taskqueue._names as n where n.ctid = any (array(
    select o.ctid from jsonb_array_elements(held.content -> 'tasks') as e(task),
      lateral (select o.ctid, o.name_hash from taskqueue._names as o
               where o.queue_id = source.id and o.name_hash = taskqueue._name_hash(e.task ->> 'name')
                 and o.expires is not null and not held.dead offset 0 for update) as o
    order by o.name_hash));
  perform taskqueue._restore_tasks(source, held.content -> 'tasks', first_id);
  perform taskqueue._audit('undo_export', 'queue ' || source.name,
    jsonb_build_object('batch', held.batch, 'tasks', held.tasks), null);
  return held.tasks;
end
$$;

comment on function taskqueue.undo_export is
$doc$Gives back to a queue the first batch of tasks that export_tasks took out of it and that is still held. If it has
been imported elsewhere as well, its tasks run twice. A transaction of its own.

Arguments:
- queue: name of the queue.

Returns the number of tasks; 0: no batch is held. A task whose name a live one has by now becomes a dead task.

Raises: TQ001 unknown queue; TQ104 not a transaction of its own.

Example:
    select taskqueue.undo_export('mail');$doc$;
