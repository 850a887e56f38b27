-- end_wait: a waiting worker's: undo begin_wait. Others who wait for the same queue are told, so that one of them takes
-- the bell.
--
-- Arguments  queue     name of the queue
--            queue_id  as begin_wait gave it
--            held      whether begin_wait said that this session holds the bell
-- Locks      none; frees those of begin_wait
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

comment on function taskqueue.end_wait is 'A waiting worker''s: undo begin_wait, and tell others who wait.';
