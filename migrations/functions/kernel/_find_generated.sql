-- _find_generated: the id of the live task that has this generated name in the queue; null: there is none.
-- + 0: by the primary key; an index of the queue's tasks, as cheap on an empty table, would be walked over whole.
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
