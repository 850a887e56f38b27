-- _now: the one clock. Read it once into a variable, and never put it into a predicate: it is volatile and would cost
-- the index range. The exception is a task's due time, which is computed inside its insert or update. A transaction
-- that gives a task a due time gets its transaction id before it reads the clock for it (_step_floor).
create or replace function taskqueue._now() returns timestamptz
language sql volatile return clock_timestamp();
