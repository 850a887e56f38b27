-- _state: the state of a queue now (_queue_state).
create or replace function taskqueue._state(queue taskqueue._queues) returns text
language plpgsql stable as $$
begin
  return taskqueue._queue_state(queue.disabled_at, queue.paused_at, queue.paused_until, taskqueue._now());
end
$$;
