-- _audit: records an administrative act, in the act's own transaction.
--
-- The actor is the login, and the role set with SET ROLE if there is one. A session that acts for somebody else (the
-- server, for the bearer of a token) says so in the setting taskqueue.actor, which is shown beside the login and never
-- instead of it, because any session can set it. In the same way taskqueue.reason supplies a reason for acts that take
-- none, and taskqueue.request_id names the HTTP request.
--
-- Arguments  act     for example pause: the name of the SQL function without its noun
--            before  null: the object did not exist. An act that changes nothing is recorded too
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
