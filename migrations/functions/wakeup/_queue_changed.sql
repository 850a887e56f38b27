-- _queue_changed: tell the dispatchers that settings or state of a queue have changed, that one of its tasks is forced
-- to run, or ('') that targets have changed. Everyone who may connect can listen: what is sent is the queue's id, never
-- its name.
create or replace function taskqueue._queue_changed(queue text) returns void
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_queues',
      -- deleted just now, too
      coalesce((select max(q.id)::text from taskqueue._queues as q where q.name = _queue_changed.queue), ''));
  end if;
end
$$;
