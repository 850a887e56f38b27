-- _notify: tell a queue's leader, which holds its bell (_wake), that there is something new. Everyone who may connect
-- can listen: what is sent is the queue's id, never its name.
create or replace function taskqueue._notify(queue_id integer) returns void
language plpgsql volatile as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_wake', queue_id::text);
  end if;
end
$$;
