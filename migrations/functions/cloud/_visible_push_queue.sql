-- _visible_push_queue: the live push queue of a name, if it is visible under the parent.
--
-- Raises TQ001, TQ006, TQ015; TQ021 for a pull queue.
create or replace function taskqueue._visible_push_queue(queue text, project text,
  location text) returns taskqueue._queues
language plpgsql stable as $$
declare
  found constant taskqueue._queues := taskqueue._visible_queue(queue, project, location);
begin
  if found.mode <> 'push' then
    perform taskqueue._raise('TQ021', format('queue %s must be a push queue, got a %s queue', queue, found.mode),
      'Cloud Tasks dispatches tasks. Tasks of pull queues are added, leased and deleted in other ways.',
      jsonb_build_object('queue', queue, 'mode', found.mode));
  end if;
  return found;
end
$$;
