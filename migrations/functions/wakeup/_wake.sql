-- _wake: notifies a queue's leader or a waiting worker, if one sleeps or is about to, that there is something new.
--
-- A NOTIFY in each enqueuing transaction would make all of them queue for one lock of the cluster at commit. So a
-- session holds the doorbell's lock exclusively while it sleeps, and only then is notified. While it is awake the lock
-- is free: this function then takes it in shared mode until the transaction ends, and the session can't fall asleep
-- before. Notifications are hints: polling finds what they miss.
create or replace function taskqueue._wake(queue_id integer, queue text) returns void
language plpgsql volatile as $$
begin
  if not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), queue_id) then
    perform taskqueue._notify(queue_id);
  end if;
end
$$;
