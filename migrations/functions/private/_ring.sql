-- _ring: tell a queue's leader, which holds its bell (_wake), that there is something new.
create or replace function taskqueue._ring(queue text) returns void
language plpgsql volatile as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_wake', queue);
  end if;
end
$$;
