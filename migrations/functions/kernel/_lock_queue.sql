-- _lock_queue: the live queue of a name, its row locked until the transaction ends.
--
-- Raises TQ001, TQ006, TQ015.
create or replace function taskqueue._lock_queue(queue text) returns taskqueue._queues
language plpgsql volatile as $$
declare
  locked taskqueue._queues;
begin
  select * into locked from taskqueue._queues as q where q.id = (taskqueue._find_queue(queue)).id
    and q.deleted_at is null for update;
  if locked.id is null then
    locked := taskqueue._find_queue(queue); -- it was deleted while this call waited: this raises it
  end if;
  return locked;
end
$$;
