-- _queue_changed: notifies the dispatchers that the settings or the state of a queue have changed, or that one of its
-- tasks is forced to run; with '', that targets have changed. Any session may listen, so the payload is the queue's id
-- and never its name.
create or replace function taskqueue._queue_changed(queue text) returns void
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off
set jit = off set plan_cache_mode = force_generic_plan as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_queues',
      -- also of a queue that was just deleted
      coalesce((select max(q.id)::text from taskqueue._queues as q where q.name = _queue_changed.queue), ''));
  end if;
end
$$;
