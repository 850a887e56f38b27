-- It takes as long for a task as for millions: what belongs to a deleted queue no longer counts, and clean_purged
-- removes the rows later.
--
-- Locks: the queue's row.
create or replace function taskqueue.delete_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  gone taskqueue._queues := taskqueue._lock_queue(queue);
  removed constant bigint := taskqueue._approximate_tasks(gone.id, 10000);
begin
  if gone.name = 'default' then
    perform taskqueue._raise('TQ013', 'the default queue can''t be deleted',
      'Pause it: select taskqueue.pause_queue(''default''); '
      'or purge it: select taskqueue.purge_queue(''default'');',
      jsonb_build_object('queue', gone.name));
  end if;
  if exists (select from taskqueue._exported_batches as b where b.queue_id = gone.id) then
    perform taskqueue._raise('TQ013',
      format('queue %s holds exported tasks that may not have arrived elsewhere', gone.name),
      format('When they have: select taskqueue.finish_export(%1$L); '
        'to give them back to the queue: select taskqueue.undo_export(%1$L);', gone.name),
      jsonb_build_object('queue', gone.name));
  end if;
  update taskqueue._queues as q
  set deleted_at = at.now, purged = taskqueue._current_snapshot(), purged_at = at.now
  from (select taskqueue._now() as now) as at where q.id = gone.id;
  delete from taskqueue._forced_runs as f where f.queue_id = gone.id;
  delete from taskqueue._statistics as s where s.queue_id = gone.id;
  delete from taskqueue._minute_statistics as s where s.queue_id = gone.id;
  delete from taskqueue._hourly_statistics as s where s.queue_id = gone.id;
  delete from taskqueue._blockers as h where h.queue_id = gone.id;
  perform taskqueue._queue_changed(gone.name);
  perform taskqueue._audit('delete', 'queue ' || gone.name, to_jsonb(taskqueue._public_queue(gone))
    || jsonb_build_object('tasks', removed), null);
  return removed;
end
$$;

comment on function taskqueue.delete_queue is
$doc$Deletes a queue with all its tasks. Its name can't be reused for seven days.

Arguments:
- queue: name of the queue.

Returns the number of deleted tasks, exact up to 10000 and an estimate beyond.

Raises: TQ001 unknown queue; TQ013 the default queue can't be deleted, nor one that holds exported tasks (view exports).

Example:
    select taskqueue.delete_queue('mail');$doc$;
