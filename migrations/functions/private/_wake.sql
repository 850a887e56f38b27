-- _wake: tell the dispatchers that a queue has something new. A hint: the poll finds what it misses.
-- A notification queue that is filling up (a listener somewhere never reads) would fail the application's commit: then nothing is sent.
create or replace function taskqueue._wake(queue text) returns void
language plpgsql volatile as $$
begin
  if pg_notification_queue_usage() < 0.25 then
    perform pg_notify('taskqueue_wake', queue);
  end if;
end
$$;
