-- _find_generated: the id of the live task with this generated name in the queue; null: there is none.
--
-- "+ 0" makes PostgreSQL use the primary key. An index of the queue's tasks, just as cheap while the table is empty,
-- would later be scanned from end to end.
create or replace function taskqueue._find_generated(queue taskqueue._queues, name text) returns bigint
language plpgsql stable as $$
declare
  held constant bigint := taskqueue._generated_id(name);
  found bigint;
begin
  if held is not null then
    select t.id into found from taskqueue._tasks as t
    where t.id = held and t.queue_id + 0 = queue.id and t.name is null
      and taskqueue._name(t.id, t.created) = _find_generated.name
      and not taskqueue._is_purged(t.id, queue.purged);
  end if;
  return found;
end
$$;
