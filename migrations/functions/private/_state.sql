-- _state: running, paused (by a person, perhaps until a moment) or disabled (absent from the queue file).
create or replace function taskqueue._state(queue taskqueue._queues) returns text
language sql stable as $$
  select case
    when (queue).disabled_at is not null then 'disabled'
    when (queue).paused_at is not null and coalesce((queue).paused_until > taskqueue._now(), true) then 'paused'
    else 'running'
  end
$$;
