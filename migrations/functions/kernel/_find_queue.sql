-- _find_queue: the live queue of a name.
--
-- Raises TQ006 when the name can't be a queue's; TQ001 when there is no such queue; TQ015 when it was deleted within
-- the last seven days.
create or replace function taskqueue._find_queue(queue text) returns taskqueue._queues
language plpgsql stable as $$
declare
  found taskqueue._queues;
begin
  select * into found from taskqueue._queues q where q.name = _find_queue.queue and q.deleted_at is null;
  if found.id is null then
    perform taskqueue._check_queue_name(queue);
    perform taskqueue._check_queue_tombstone(queue);
    perform taskqueue._raise('TQ001', format('there is no queue %s', queue),
      format('Create it: select * from taskqueue.create_queue(%L); '
        'or list the queues: select name from taskqueue.queues;',
        queue),
      jsonb_build_object('queue', queue));
  end if;
  return found;
end
$$;
