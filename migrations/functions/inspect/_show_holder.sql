-- _show_holder: who holds a push task, in words, by its lease token: the queue's leader may be another dispatcher by
-- now.
create or replace function taskqueue._show_holder(lease_token uuid) returns text
language sql stable as $$
  select case when taskqueue._claimer(lease_token) = 0 then 'A dispatcher'
              else coalesce((select format('The dispatcher of session %s', min(l.pid)) from taskqueue._held_locks as l
                             where l.lock = 'claimer' and l.key = taskqueue._claimer(lease_token) and l.authorized
                               having count(*) > 0),
                            'A dispatcher that is gone') end
$$;
