-- keeper_horizon: the keeper's first step: the moment up to which floors may rise once every witness is gone. A statement of its own, before keeper_witnesses.
create or replace function taskqueue.keeper_horizon() returns timestamptz
language sql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$ select taskqueue._now() $$;

comment on function taskqueue.keeper_horizon is 'The keeper''s first step: the moment up to which floors may rise once every witness is gone.';
