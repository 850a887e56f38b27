-- let_go_of_bell: a waiting worker's: undo hold_bell. Others who wait for the same queue are told, so that one of them takes the bell.
--
-- Arguments  queue     name of the queue
--            queue_id  as hold_bell gave it
--            held      whether hold_bell said that this session holds the bell
-- Locks      none; frees those of hold_bell
create or replace function taskqueue.let_go_of_bell(queue text, queue_id integer, held boolean) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  perform pg_advisory_unlock_shared(8123011, queue_id);   -- waiting
  if held then
    perform pg_advisory_unlock(8123002, queue_id);   -- the bell
    if exists (select from taskqueue._held_locks as l where l.lock = 'waiting' and l.key = queue_id and l.pid <> pg_backend_pid()) then
      perform taskqueue._ring(queue_id);
    end if;
  end if;
end
$$;

comment on function taskqueue.let_go_of_bell is 'A waiting worker''s: undo hold_bell, and tell others who wait.';
