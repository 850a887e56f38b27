-- _set_floor: put a queue's floor at a moment. Takes effect at once, whatever becomes of the transaction; leaves no row version.
create or replace function taskqueue._set_floor(queue_id integer, floor timestamptz) returns void
language sql volatile as $$
  select setval(('taskqueue._floor_' || queue_id)::regclass, greatest((extract(epoch from floor) * 1000000)::bigint, 0))
$$;
