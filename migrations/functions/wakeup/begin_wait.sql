-- begin_wait: a waiting worker's: have whoever adds to a pull queue from now on ring, that is, notify taskqueue_wake.
-- Look for tasks once more afterwards, in a statement of its own: what was added before rang nobody.
--
-- Arguments  queue  name of a queue
-- Returns    id     of the queue, for end_wait
--            state  held: by this session, as of now; rung: another session's holds it, and says so when it lets go;
--                   open: a transaction has added
--                   without a word and has not ended: try again soon
-- Raises     TQ001 unknown queue
-- Example    select * from taskqueue.begin_wait('pull');
-- Locks      until end_wait or the end of the session: the queue's bell (bell, id), if free; and, shared, the list of
--            those waiting (waiting, id)
create or replace function taskqueue.begin_wait(queue text, out id integer, out state text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  id := (taskqueue._find_queue(queue)).id;
  -- Waiting: before the bell is tried, so that who lets go of it after that sees us. A stranger may have the list to
  -- himself: then we look now and then.
  perform pg_try_advisory_lock_shared(taskqueue._lock_class('waiting'), id);
  state := case
    when pg_try_advisory_lock(taskqueue._lock_class('bell'), id) then 'held'
    when exists (select from taskqueue._held_locks as l where l.lock = 'bell' and l.key = begin_wait.id and l.exclusive
      and l.authorized) then 'rung'
    else 'open'
  end;
end
$$;

comment on function taskqueue.begin_wait is 'A waiting worker''s: have whoever adds to a pull queue from now on ring.';
