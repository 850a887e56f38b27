create or replace function taskqueue.clock() returns timestamptz
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$ select taskqueue._now() $$;

comment on function taskqueue.clock is
$doc$Returns the database's current time, which pgtaskqueue uses everywhere. It is the first step of raising floors: the
moment up to which they may rise once every transaction of open_writers has ended; it needs a statement of its own.

Example:
    select taskqueue.clock();$doc$;
