-- _floor: the moment before which a queue has no live task, as far as is known; claims and leases begin their scan
-- there. Without one: the year 2000.
--
-- A floor is valid only in the database that raised it: a dump reads it later than the tasks, and a copy would look
-- empty. So the sequence has the epoch in its upper 12 bits. The lower 51 bits are microseconds since 2000, stored as
-- 2^51 - 1 minus that: with another epoch the difference is negative, without a second read of the sequence. Volatile,
-- because reading a sequence is, and only then does PostgreSQL inline it.
create or replace function taskqueue._floor(queue_id integer) returns timestamptz
language sql volatile as $$
  select timestamptz '2000-01-01 00:00:00+00' + greatest(0, 2251799813685247
    - coalesce(pg_sequence_last_value(('taskqueue._floor_' || queue_id)::regclass) # (taskqueue._epoch() << 51),
      2251799813685247)) * interval '1 microsecond'
$$;
