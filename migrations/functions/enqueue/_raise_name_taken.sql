-- _raise_name_taken: a name can't be used: TQ010 a task has it; TQ011 a task had it.
create or replace function taskqueue._raise_name_taken(queue text, name text, result text) returns void
language plpgsql stable as $$
begin
  if result = 'exists' then
    perform taskqueue._raise('TQ010', format('queue %s has a task %s already', queue, name),
      'It was added before: nothing is lost. With if_exists => ''ignore'' this is an answer and no error.',
      jsonb_build_object('queue', queue, 'name', name));
  end if;
  perform taskqueue._raise('TQ011',
    format('task %s of queue %s has ended and its name can''t be used again yet', name, queue),
    'See when it is free: taskqueue.tombstones. With if_exists => ''ignore'' this is an answer and no error.',
    jsonb_build_object('queue', queue, 'name', name));
end
$$;
