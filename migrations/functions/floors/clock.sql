-- clock: the keeper's first step: the moment up to which floors may rise once every witness is gone. A statement of its
-- own, before open_writers.
create or replace function taskqueue.clock() returns timestamptz
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$ select taskqueue._now() $$;

comment on function taskqueue.clock is
  'The keeper''s first step: the moment up to which floors may rise once every witness is gone.';
