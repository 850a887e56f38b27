-- _raise_name_taken: says that a name can't be used.
--
-- Raises TQ010 when a live task has it; TQ011 when an ended task had it.
create or replace function taskqueue._raise_name_taken(queue text, name text, result text) returns void
language plpgsql stable as $$
begin
  if result = 'exists' then
    perform taskqueue._raise('TQ010', format('queue %s already has a task %s', queue, name),
      'The task was added before, and nothing is lost. '
      'With if_exists => ''ignore'' this is an answer instead of an error.',
      jsonb_build_object('queue', queue, 'name', name));
  end if;
  perform taskqueue._raise('TQ011',
    format('task %s of queue %s has ended, and its name can''t be reused yet', name, queue),
    format('See when it can: select expires from taskqueue.tombstones where queue = %L and name = %L; '
      'with if_exists => ''ignore'' this is an answer instead of an error.', queue, name),
    jsonb_build_object('queue', queue, 'name', name));
end
$$;
