-- _stored_bytes: bytes of the tasks in a stretch of the table: body, URL, headers, name, tag, namespace and the kind of
-- an HTTP task, and 128 for
-- the row itself and its index entries. Bodies are not read: their lengths are in the rows. Purged tasks don't count,
-- cleaned away or not.
--
-- Arguments  purging  ids of the queues that have purged rows: few or none, so that most rows are counted without
--            looking up their queue
create or replace function taskqueue._stored_bytes(first tid, after tid, purging integer[]) returns bigint
language sql stable as $$
  select coalesce(sum(
    128 + coalesce(octet_length(t.body), 0) + coalesce(octet_length(t.url), 0) + coalesce(pg_column_size(t.headers), 0)
    + coalesce(octet_length(t.name), 0) + coalesce(octet_length(t.tag), 0) + coalesce(octet_length(t.namespace), 0)
    + coalesce(pg_column_size(t.http), 0)
  ), 0)::bigint
  from taskqueue._tasks as t
  where t.ctid >= first and t.ctid < after
    and (t.queue_id <> all (purging)
        or not taskqueue._is_purged(t.id, (select q.purged from taskqueue._queues as q where q.id = t.queue_id)))
$$;
