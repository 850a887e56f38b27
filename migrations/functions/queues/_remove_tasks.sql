-- _remove_tasks: delete all tasks of a queue that this statement sees, in the order of their ids, and what they have: a
-- queue goes, names and all. Gives their number. Wants the plans of its caller.
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
  -- the last, as everywhere, and by the primary key: in the order of their hashes
  delete from taskqueue._names as n where n.queue_id = _remove_tasks.queue_id;
  return removed;
end
$$;
