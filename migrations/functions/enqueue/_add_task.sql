-- _add_task: the long way of add: checks everything, takes the id and the name, stores the task, wakes the dispatcher.
--
-- Raises what add raises.
create or replace function taskqueue._add_task(queue text, given taskqueue._new_task, transactional boolean,
  if_exists text, wake boolean) returns taskqueue.task
language plpgsql volatile as $$
declare
  source taskqueue._queues;
  task taskqueue._tasks;
  new_id bigint;
  refused text;
begin
  if if_exists is null or if_exists not in ('error', 'ignore') then
    perform taskqueue._raise('TQ013',
      format('if_exists must be error or ignore, got %s', coalesce(quote_literal(left(if_exists, 120)), 'null')),
      'Pass if_exists => ''error'' or if_exists => ''ignore''.');
  end if;
  if transactional then
    perform taskqueue._check_transactional(array[given]);
  end if;
  new_id := taskqueue._next_id(transactional, 1);
  source := taskqueue._find_queue(queue);
  perform taskqueue._check_room(source.storage_limit);
  task := taskqueue._build_task(source, given);
  task.id := new_id;
  if task.name is not null then
    refused := taskqueue._claim_names(source, array[task]) ->> task.name;
    if refused is not null then
      if if_exists = 'error' then
        perform taskqueue._raise_name_taken(source.name, task.name, refused);
      end if;
      select t.due, t.created into task.due, task.created from taskqueue._tasks as t
      where refused = 'exists' and t.id = taskqueue._find_task(source, task.name);
      return row(source.name, task.name, task.due, task.created, true)::taskqueue.task;
    end if;
  end if;
  task := (taskqueue._insert_tasks(array[task]));
  if wake then
    perform taskqueue._wake(source.id, source.name);
  end if;
  return row(source.name, coalesce(task.name, taskqueue._name(task.id, task.created)), task.due, task.created,
    false)::taskqueue.task;
end
$$;
