-- _notify: notifies the session that holds a queue's doorbell (_wake) that there is something new. Any session may
-- listen, so the payload is the queue's id and never its name. If the notification queue is filling up (a listener
-- somewhere never reads), nothing is sent, because it would fail the application's commit.
create or replace function taskqueue._notify(queue_id integer) returns void
language plpgsql volatile as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_wake', queue_id::text);
  end if;
end
$$;
