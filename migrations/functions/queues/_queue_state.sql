-- _queue_state: the state of a queue at a moment: running, paused (by a person, perhaps until a moment) or disabled
-- (missing from the queue file). One expression, so that PostgreSQL inlines it: views take it from here, functions from
-- _state.
create or replace function taskqueue._queue_state(disabled_at timestamptz, paused_at timestamptz,
  paused_until timestamptz,
  at timestamptz) returns text
language sql immutable
return case when disabled_at is not null then 'disabled'
            when paused_at is null or paused_until <= at then 'running' else 'paused' end;
