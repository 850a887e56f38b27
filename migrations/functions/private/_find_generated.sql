-- _find_generated: the id of the live task that has this generated name in the queue; null: none. It is read out of the name itself (_name).
create or replace function taskqueue._find_generated(queue taskqueue._queues, name text) returns bigint
language plpgsql stable as $$
declare
  found bigint;
begin
  if _find_generated.name ~ '^task-[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}\Z' then
    select t.id into found from taskqueue._tasks as t
    where t.id = (('x' || substr(_find_generated.name, 22, 16))::bit(64)::bigint & 4611686018427387903)
      and t.queue_id = queue.id and t.name is null and taskqueue._name(t.id, t.created) = _find_generated.name
      and not taskqueue._is_purged(t.id, queue.purged);
  end if;
  return found;
end
$$;
