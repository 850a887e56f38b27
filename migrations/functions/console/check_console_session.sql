create or replace function taskqueue.check_console_session(hash bytea, proof bytea default null) returns table (
  email text, scopes text[], id text, rights text[], queues text[])
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  return query select t.email, t.scopes, t.id, t.rights, t.queues
  from taskqueue._console_sessions as s left join taskqueue._tokens as t on t.id = s.token
  where s.hash = check_console_session.hash and s.expires > now
    and case when s.token is null then s.proof = check_console_session.proof
          else t.id is not null and (t.expires is null or t.expires > now) end;
end
$$;

comment on function taskqueue.check_console_session is
$doc$For the server: returns the token of a session of the console, with its present rights.

Arguments:
- hash: SHA-256 of the session's secret.
- proof: the HMAC-SHA-256 of the server's own token with the secret as the key; null: the server has none.

Returns email, scopes, id, rights, queues, as check_token does; all null: a session of the server's own token. No row:
the session is unknown, closed or expired, or its token is.

Example:
    select email, rights from taskqueue.check_console_session(sha256('secret'));$doc$;
