-- For callers that have to say of each task what is wrong with it: add_tasks ends with the first error. Each task has a
-- savepoint of its own, which adding doesn't pay for.
create or replace function taskqueue.check_tasks(queue text, tasks jsonb)
returns table (index integer, error text, message text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  most constant integer := 100;
  target taskqueue._queues;
  seen text[] := '{}';
  task taskqueue._new_task;
begin
  if tasks is null or jsonb_typeof(tasks) <> 'array' then
    perform taskqueue._raise('TQ108',
      format('tasks must be a JSON array, got %s', coalesce(jsonb_typeof(tasks), 'null')), 'As for add_tasks.');
  end if;
  if jsonb_array_length(tasks) > most then
    perform taskqueue._raise('TQ018',
      format('a call must have at most %s tasks, got %s', most, jsonb_array_length(tasks)),
      'Split the tasks over several calls.', jsonb_build_object('limit', most, 'asked', jsonb_array_length(tasks)));
  end if;
  target := taskqueue._find_queue(queue);
  for i in 0 .. jsonb_array_length(tasks) - 1 loop
    index := i;
    error := null;
    message := null;
    begin
      task := taskqueue._task_from_json(tasks -> i);
      perform taskqueue._build_task(target, task);
      if task.name = any (seen) then
        perform taskqueue._raise('TQ016',
          format('names must be unique within a call, got %s twice', quote_literal(left(task.name, 120))));
      end if;
      seen := seen || nullif(task.name, '');
    exception when others then
      error := sqlstate;
      message := sqlerrm;
    end;
    return next;
  end loop;
end
$$;

comment on function taskqueue.check_tasks is
$doc$Checks up to 100 tasks as add_tasks would, without adding them, and says of each whether it is valid.

Arguments:
- queue: name of the queue.
- tasks: JSON array, as for add_tasks.

Returns one row per task, in the given order: index (from 0), error (null: valid; otherwise the SQLSTATE that add raises
for it, TQ016 for a name that an earlier task has), message. Names in use are not looked up.

Raises: TQ001 unknown queue; TQ018 too many tasks; TQ108 not an array.

Example:
    select * from taskqueue.check_tasks('mail', '[{"url": "/send"}, {"url": "send"}]');$doc$;
