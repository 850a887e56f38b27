-- _stored_bytes: bytes of the tasks in a stretch of the table: body, URL, headers, name, tag and namespace, and 128 for the row itself and its places in
-- the indexes. Bodies are not read for it: their lengths are in the rows.
create or replace function taskqueue._stored_bytes(first tid, after tid) returns bigint
language sql stable as $$
  select coalesce(sum(128 + coalesce(octet_length(t.body), 0) + coalesce(octet_length(t.url), 0) + coalesce(pg_column_size(t.headers), 0)
    + coalesce(octet_length(t.name), 0) + coalesce(octet_length(t.tag), 0) + coalesce(octet_length(t.namespace), 0)), 0)::bigint
  from taskqueue._tasks as t where t.ctid >= first and t.ctid < after
$$;
