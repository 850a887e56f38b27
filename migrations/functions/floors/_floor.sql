-- _floor: the moment before which a queue has no live task, as far as is known; where claims and leases begin their
-- walk. Without one: the year 2000.
--
-- A floor counts in the database only that raised it: a dump has it later than its tasks, and a copy would look empty.
-- So the sequence has the epoch in its upper 12 bits. The lower 51 are microseconds since 2000, as what they lack to
-- 2^51 - 1: of another epoch the difference is negative, without a second look at the sequence. Volatile, as what reads
-- the sequence is: only so does PostgreSQL inline it.
create or replace function taskqueue._floor(queue_id integer) returns timestamptz
language sql volatile as $$
  select timestamptz '2000-01-01 00:00:00+00' + greatest(0, 2251799813685247
    - coalesce(pg_sequence_last_value(('taskqueue._floor_' || queue_id)::regclass) # (taskqueue._epoch() << 51),
      2251799813685247)) * interval '1 microsecond'
$$;
