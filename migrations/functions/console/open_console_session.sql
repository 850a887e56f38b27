-- Locks: the row of the token, against revoke_token, which ends its sessions.
create or replace function taskqueue.open_console_session(hash bytea, token_hash bytea default null,
  proof bytea default null) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  now constant timestamptz := taskqueue._now();
  origin text;
begin
  delete from taskqueue._console_sessions as s where s.ctid = any (array(
    select e.ctid from taskqueue._console_sessions as e
    where e.expires <= now order by e.expires limit 100 for update skip locked));
  if token_hash is not null then
    select t.id into origin from taskqueue._tokens as t
    where t.hash = token_hash and (t.expires is null or t.expires > now) for key share;
  end if;
  if (origin is null) = (proof is null) then
    return false;
  end if;
  insert into taskqueue._console_sessions as s (hash, token, proof, created, expires)
  values (open_console_session.hash, origin, open_console_session.proof, now,
    taskqueue._later(now, interval '12 hours'));
  return true;
end
$$;

comment on function taskqueue.open_console_session is
$doc$For the server: opens a session of the console, which ends after 12 hours, or with its token.

Arguments:
- hash: SHA-256 of the session's secret, which only the browser keeps.
- token_hash: SHA-256 of the token that was given.
- proof: instead of token_hash, for the server's own token: its HMAC-SHA-256 with the secret as the key.

Returns false, and opens none, if the token is unknown, revoked or expired.

Example:
    select taskqueue.open_console_session(sha256('secret'), sha256('tq_...'));$doc$;
