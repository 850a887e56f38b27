-- _find_tombstone: what remains of the name of a task that has ended; a null row: nothing does, or no longer.
create or replace function taskqueue._find_tombstone(queue taskqueue._queues, name text) returns taskqueue._names
language sql stable as $$
  select n from taskqueue._names as n
  where n.queue_id = queue.id and n.name_hash = taskqueue._name_hash(_find_tombstone.name)
    and coalesce(n.expires, taskqueue._later(queue.purged_at, queue.tombstone_ttl)) > taskqueue._now()
$$;
