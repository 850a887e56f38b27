-- _find_queue: the live queue of a name.
-- Raises TQ006 when it can't be a queue's name; TQ001 unknown; TQ015 deleted less than seven days ago.
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
      format('Create it: select * from taskqueue.create_queue(%L), or look at the queues there are: select name from taskqueue.queues.', queue),
      jsonb_build_object('queue', queue));
  end if;
  return found;
end
$$;
