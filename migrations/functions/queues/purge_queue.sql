-- It takes as long for a task as for millions: the queue remembers which transactions the purge saw, tasks of those no
-- longer count, and clean_purged removes the rows later.
--
-- Locks: the queue's row.
create or replace function taskqueue.purge_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  source constant taskqueue._queues := taskqueue._lock_queue(queue);
  removed constant bigint := taskqueue._approximate_tasks(source.id, 10000);
begin
  update taskqueue._queues as q
  set purged = taskqueue._current_snapshot(), purged_at = at.now, purge_time = at.now
  from (select taskqueue._now() as now) as at where q.id = source.id;
  delete from taskqueue._forced_runs as f where f.queue_id = source.id;
  if pg_sequence_last_value('taskqueue._forgets_names') = 1 then
    delete from taskqueue._names as n where n.queue_id = source.id;
  end if;
  perform taskqueue._queue_changed(source.name);
  perform taskqueue._audit('purge', 'queue ' || source.name, jsonb_build_object('tasks', removed), null);
  return removed;
end
$$;

comment on function taskqueue.purge_queue is
$doc$Deletes every task the queue has now, leased ones too. Requests in flight finish and are not retried; names become
tombstones.

Arguments:
- queue: name of the queue.

Returns the number of deleted tasks, exact up to 10000 and an estimate beyond. A task that a transaction has added and
not committed stays, as do exported ones (undo_export).

Raises: TQ001 unknown queue.

Example:
    select taskqueue.purge_queue('mail');$doc$;
