-- _wake: ring a queue's bell: if its leader sleeps, or may be about to, tell it that there is something new.
--
-- A NOTIFY in every enqueuing transaction would queue them all behind one lock of the cluster at their commits. So
-- whoever leads a queue holds the bell's lock exclusively while it sleeps, and only then is it notified; while it is
-- awake the lock is free, is taken here in shared mode until the transaction ends, and the leader can't fall asleep
-- before. A hint: the poll finds what it misses. A notification queue that is filling up (a listener somewhere never
-- reads) would fail the application's commit: then nothing is sent.
create or replace function taskqueue._wake(queue_id integer, queue text) returns void
language plpgsql volatile as $$
begin
  if not pg_try_advisory_xact_lock_shared(taskqueue._lock_class('bell'), queue_id) then
    perform taskqueue._notify(queue_id);
  end if;
end
$$;
