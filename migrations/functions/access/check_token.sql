create or replace function taskqueue.check_token(hash bytea) returns table (email text, scopes text[], id text,
  rights text[], queues text[])
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  return query select t.email, t.scopes, t.id, t.rights, t.queues from taskqueue._tokens as t
  where t.hash = check_token.hash and (t.expires is null or t.expires > taskqueue._now());
end
$$;

comment on function taskqueue.check_token is
$doc$For the server: returns the address a token stands for, and its rights.

Arguments:
- hash: SHA-256 of the token; the server never passes tokens to the database.

Returns email, scopes, id, rights, queues, as create_token was given them. No row: the token is unknown, revoked or
expired.

Example:
    select email, rights from taskqueue.check_token(sha256('tq_...'));$doc$;
