-- _state: running, paused (by a person, perhaps until a moment) or disabled (absent from the queue file).
create or replace function taskqueue._state(queue taskqueue._queues) returns text
language plpgsql stable as $$
begin
  return case
    when queue.disabled_at is not null then 'disabled'
    when queue.paused_at is null then 'running'
    when queue.paused_until <= taskqueue._now() then 'running'
    else 'paused'
  end;
end
$$;
