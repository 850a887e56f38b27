-- _visible_queue: the live queue of a name, if it is visible under the parent.
--
-- Arguments  mode  what it has to be, push or pull; null: either
-- Raises     TQ001, TQ006, TQ015; TQ021 for another mode.
create or replace function taskqueue._visible_queue(queue text, project text, location text,
  mode text default null) returns taskqueue._queues
language plpgsql stable as $$
declare
  found constant taskqueue._queues := taskqueue._find_queue(queue);
begin
  if taskqueue._is_visible(found, project, location) is not true then
    perform taskqueue._raise('TQ001',
      format('there is no queue %s in projects/%s/locations/%s', queue, left(project, 120), left(location, 120)),
      'A queue that was created through the API is visible under its own project and location only.',
      jsonb_build_object('queue', queue, 'project', left(project, 120), 'location', left(location, 120)));
  elsif found.mode <> mode then
    perform taskqueue._raise('TQ021', format('queue %s must be a %s queue, got a %s queue', queue, mode, found.mode),
      'Tasks of push queues are dispatched; those of pull queues are leased.',
      jsonb_build_object('queue', queue, 'mode', found.mode));
  end if;
  return found;
end
$$;
