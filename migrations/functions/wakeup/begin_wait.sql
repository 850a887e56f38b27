-- Locks: until end_wait or the end of the session, the queue's doorbell (bell, id) if it is free, and, shared, its list
-- of waiting sessions (waiting, id).
create or replace function taskqueue.begin_wait(queue text, out id integer, out state text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  id := (taskqueue._find_queue(queue)).id;
  -- Joins the list before it tries the doorbell, so that a session that releases the doorbell afterwards sees this one.
  -- If an unauthorized session keeps the list to itself, the worker polls.
  perform pg_try_advisory_lock_shared(taskqueue._lock_class('waiting'), id);
  state := case
    when pg_try_advisory_lock(taskqueue._lock_class('bell'), id) then 'held'
    when exists (select from taskqueue._held_locks as l where l.lock = 'bell' and l.key = begin_wait.id and l.exclusive
      and l.authorized) then 'rung'
    else 'open'
  end;
end
$$;

comment on function taskqueue.begin_wait is
$doc$For a waiting worker: from now on, adding to the queue sends a notification on channel taskqueue_wake. Check for
tasks once more afterwards, in a statement of its own: tasks that were added before did not notify.

Arguments:
- queue: name of the queue.

Returns
- id: the queue's id, for end_wait.
- state: held: this session holds the queue's doorbell, and additions notify from now on; rung: another session holds
  it, and notifies when it releases it; open: a transaction that added without notifying has not ended; try again soon.

Raises: TQ001 unknown queue.

Example:
    select * from taskqueue.begin_wait('pull');$doc$;
