create or replace function taskqueue.deleted_queues() returns table (queue text, deleted timestamptz,
  free timestamptz)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set jit = off as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  return query
  select q.name, q.deleted_at, q.deleted_at + interval '7 days' from taskqueue._queues as q
  where q.deleted_at > now - interval '7 days'
    and not exists (select from taskqueue._queues as o where o.name = q.name and o.deleted_at is null)
  order by q.deleted_at desc limit 20;
end
$$;

comment on function taskqueue.deleted_queues is
$doc$Returns the queues deleted in the last seven days, at most 20, latest first.

Returns: queue, its name; deleted, when; free, when a queue can have the name again.

Example:
    select queue, free from taskqueue.deleted_queues();$doc$;
