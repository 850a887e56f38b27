-- _tombstone: the tombstones among some names of a queue, the latest first. Needs the plans that its callers pin.
create or replace function taskqueue._tombstone(queue taskqueue._queues, hashes uuid[])
returns setof taskqueue.found_name
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  purge_expires constant timestamptz := taskqueue._later(queue.purged_at, queue.tombstone_ttl);
begin
  return query
    select queue.name, n.name, coalesce(n.ended, queue.purged_at), coalesce(n.expires, purge_expires), null::bigint,
      null::text
    from taskqueue._names as n
    where n.queue_id = queue.id and n.name_hash = any (hashes)
      and coalesce(n.expires, case when taskqueue._is_purged(n.task_id, queue.purged) then purge_expires end) > now
    order by 4 desc, 2;
end
$$;
