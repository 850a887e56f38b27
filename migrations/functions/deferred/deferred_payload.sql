create or replace function taskqueue.deferred_payload(id uuid) returns bytea
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  return (select p.data from taskqueue._deferred_payload as p where p.id = deferred_payload.id);
end
$$;

comment on function taskqueue.deferred_payload is
$doc$Returns a call that keep_deferred stored. Anyone who knows its id may read it: the id is in the task's body and
nowhere else.

Arguments:
- id: the id of the call.

Returns the bytes; null: there is no such call, or it is gone.

Example:
    select taskqueue.deferred_payload('6f0b1c0a-...');$doc$;
