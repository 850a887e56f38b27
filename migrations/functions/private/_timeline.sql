-- _timeline: the timeline that the server writes on: each promotion begins another.
create or replace function taskqueue._timeline() returns bigint
language sql volatile as $$ select ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint $$;
