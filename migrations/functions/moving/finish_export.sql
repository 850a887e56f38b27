-- Locks: the rows of the batches.
create or replace function taskqueue.finish_export(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  gone bigint;
begin
  with forgotten as (
    delete from taskqueue._exported_batches as b where b.queue_id = source.id returning b.tasks)
  select coalesce(sum(f.tasks), 0) into gone from forgotten as f;
  perform taskqueue._audit('finish_export', 'queue ' || source.name, jsonb_build_object('tasks', gone), null);
  return gone;
end
$$;

comment on function taskqueue.finish_export is
$doc$Forgets the batches of tasks that export_tasks took out of a queue and that are still held, once all of them have
been imported elsewhere. What has not been imported is lost.

Arguments:
- queue: name of the queue.

Returns the number of tasks in them.

Raises: TQ001 unknown queue.

Example:
    select taskqueue.finish_export('mail');$doc$;
