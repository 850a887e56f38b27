-- _add_cron_task: a run of a cron entry: adds its task, and records it. The task is named after the entry and its
-- moment, so that it can't be added twice.
--
-- Returns    the task; its id is null when there is or was one of this name
-- Raises     TQ001 unknown queue; what _build_task raises
create or replace function taskqueue._add_cron_task(cron taskqueue._crons, name text,
  due timestamptz) returns taskqueue._tasks
language plpgsql volatile as $$
declare
  new_id constant bigint := taskqueue._next_id(true, 1);
  source constant taskqueue._queues := taskqueue._find_queue(cron.queue);
  task taskqueue._tasks := taskqueue._cron_task(source, cron.entry);
begin
  task.id := new_id;
  task.name := name;
  task.due := due;
  if taskqueue._claim_names(source, array[task]) <> '{}' then
    return null;
  end if;
  task := (taskqueue._insert_tasks(array[task]));
  update taskqueue._crons as c
  set last_run = taskqueue._now(), last_queue_id = source.id, last_task_id = task.id, last_task = task.name,
    last_ended = null, last_result = null, last_status = null,
      problem = null
  where c.id = cron.id;
  if source.mode = 'push' then
    perform taskqueue._wake(source.id, source.name);
  end if;
  return task;
end
$$;
