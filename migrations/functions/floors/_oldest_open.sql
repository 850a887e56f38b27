-- _oldest_open: the oldest transaction that has not ended, by the caller's snapshot, with the epoch as in
-- _first_own_id() / 128.
create or replace function taskqueue._oldest_open() returns bigint
language sql volatile as $$
  select (taskqueue._epoch() << 43) + pg_snapshot_xmin(pg_current_snapshot())::text::bigint
$$;
