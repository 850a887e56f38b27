-- Locks: the session's row.
create or replace function taskqueue.close_console_session(hash bytea) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  delete from taskqueue._console_sessions as s where s.hash = close_console_session.hash;
  return found;
end
$$;

comment on function taskqueue.close_console_session is
$doc$For the server: closes a session of the console.

Arguments:
- hash: SHA-256 of the session's secret.

Returns whether there was one.

Example:
    select taskqueue.close_console_session(sha256('secret'));$doc$;
