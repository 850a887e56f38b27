create or replace function taskqueue.delete_deferred(id uuid) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  delete from taskqueue._deferred_payload as p where p.id = delete_deferred.id;
  return found;
end
$$;

comment on function taskqueue.delete_deferred is
$doc$Deletes a call that keep_deferred stored, once it has been made or can never be.

Arguments:
- id: the id of the call.

Returns false when there was none.

Example:
    select taskqueue.delete_deferred('6f0b1c0a-...');$doc$;
