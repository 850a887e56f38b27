create or replace function taskqueue.raise_floor(queue text, floor timestamptz) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  perform taskqueue._set_floor(q.id, greatest(taskqueue._floor(q.id), raise_floor.floor))
  from taskqueue._queues as q where q.name = raise_floor.queue and q.deleted_at is null;
end
$$;

comment on function taskqueue.raise_floor is
$doc$The last step of raising floors, once advance_floor has been committed: claims and leases begin their scan at the
new floor.

Arguments:
- queue: name of the queue.
- floor: what advance_floor returned.

Example:
    select taskqueue.raise_floor('mail', '2026-11-21 10:00:00+00');$doc$;
