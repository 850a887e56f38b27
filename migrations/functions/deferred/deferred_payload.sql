-- deferred_payload: the call that keep_deferred kept. Who knows its id may read it: it is in the task's body and
-- nowhere else.
--
-- Returns    the bytes; null: there is none, or none any more
-- Example    select taskqueue.deferred_payload('6f0b1c0a-...');
create or replace function taskqueue.deferred_payload(id uuid) returns bytea
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  return (select p.data from taskqueue._deferred_payload as p where p.id = deferred_payload.id);
end
$$;

comment on function taskqueue.deferred_payload is 'The call of a deferred function that keep_deferred kept.';
