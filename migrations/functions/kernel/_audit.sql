-- _audit: note an administrative act, in its own transaction.
--
-- The actor is whoever has logged in, and beside that the role that was set with SET ROLE. Whoever acts for somebody
-- else (the server for the bearer of a token) says so in the setting taskqueue.actor: it is shown beside the login,
-- never instead of it, because every session can set it. taskqueue.reason likewise gives the reason to acts that take
-- none, and taskqueue.request_id names the HTTP request.
--
-- Arguments  act     such as pause; the name of the SQL function without its noun
--            before  null: it was not there; null and equal values on both sides are kept too: the act was done
create or replace function taskqueue._audit(act text, object text, before jsonb, after jsonb,
  reason text default null) returns void
language plpgsql volatile as $$
declare
  role constant text := nullif(nullif(current_setting('role'), 'none'), session_user);
  behalf constant text := left(nullif(current_setting('taskqueue.actor', true), ''), 200);
begin
  insert into taskqueue._audit (at, actor, via, act, object, before, after, reason, request_id)
  values (taskqueue._now(), concat_ws(' for ', concat_ws(' as ', session_user, role), behalf),
    current_setting('application_name'), act, object, before, after,
          coalesce(reason, left(nullif(current_setting('taskqueue.reason', true), ''), 500)),
            left(nullif(current_setting('taskqueue.request_id', true), ''), 200));
end
$$;
