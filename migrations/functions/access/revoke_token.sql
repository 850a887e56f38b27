create or replace function taskqueue.revoke_token(id text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set datestyle = 'ISO' set timezone = 'UTC' as $$
declare
  gone taskqueue._tokens;
begin
  delete from taskqueue._tokens as t where t.id = revoke_token.id returning t.* into gone;
  if gone.id is null then
    return false;
  end if;
  delete from taskqueue._console_sessions as s where s.token = gone.id;
  perform taskqueue._audit('revoke', 'token ' || gone.id, taskqueue._public_token(gone), null);
  return true;
end
$$;

comment on function taskqueue.revoke_token is
$doc$Revokes a token, which stops working immediately, and ends the sessions of the console that were opened with it.

Arguments:
- id: as create_token returned it and the view tokens shows it.

Returns false when there was no such token.

Example:
    select taskqueue.revoke_token('3f2a...');$doc$;
