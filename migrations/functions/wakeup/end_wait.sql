-- Frees the locks of begin_wait; takes none.
create or replace function taskqueue.end_wait(queue text, queue_id integer, held boolean) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  perform pg_advisory_unlock_shared(taskqueue._lock_class('waiting'), queue_id);
  if held then
    perform pg_advisory_unlock(taskqueue._lock_class('bell'), queue_id);
    if exists (select from taskqueue._held_locks as l where l.lock = 'waiting' and l.key = queue_id
        and l.pid <> pg_backend_pid()) then
      perform taskqueue._notify(queue_id);
    end if;
  end if;
end
$$;

comment on function taskqueue.end_wait is
$doc$Undoes begin_wait. Other sessions that wait for the queue are notified, so that one of them takes its doorbell.

Arguments:
- queue: name of the queue.
- queue_id: id that begin_wait returned.
- held: whether begin_wait returned held.

Example:
    select taskqueue.end_wait('pull', 7, held => true);$doc$;
