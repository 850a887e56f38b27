-- _remove_tasks: deletes all tasks of a queue that this statement sees, in the order of their ids, and everything that
-- belongs to them: the queue is being deleted, names and all. Returns their number. Needs the plans that its caller
-- pins.
create or replace function taskqueue._remove_tasks(queue_id integer) returns bigint
language plpgsql volatile as $$
declare
  removed bigint;
begin
  delete from taskqueue._tasks as t
    where t.id = any (array(select o.id from taskqueue._tasks as o where o.queue_id = _remove_tasks.queue_id));
  get diagnostics removed = row_count;
  delete from taskqueue._forced_runs as f where f.queue_id = _remove_tasks.queue_id;
  delete from taskqueue._dead_tasks as d where d.queue_id = _remove_tasks.queue_id;
  delete from taskqueue._deferred_payload as p where p.queue_id = _remove_tasks.queue_id;
  -- last, as everywhere, and by the primary key, in the order of their hashes
  delete from taskqueue._names as n where n.queue_id = _remove_tasks.queue_id;
  return removed;
end
$$;
