-- _timeline: the timeline the server writes on; each promotion begins a new one. A standby writes on none and returns
-- the recorded one (_note_identity).
create or replace function taskqueue._timeline() returns bigint
language sql volatile as $$
  select case when pg_is_in_recovery() then pg_sequence_last_value('taskqueue._timeline')
              else ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::bigint end
$$;
