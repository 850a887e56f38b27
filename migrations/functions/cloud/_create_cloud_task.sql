-- _create_cloud_task: the long way of create_cloud_task: checks everything, takes the id and the name, stores the task,
-- wakes the dispatcher.
--
-- Raises what create_cloud_task raises.
create or replace function taskqueue._create_cloud_task(queue text, project text, location text, url text, method text,
  headers jsonb, body bytea, http jsonb, target text, name text, eta timestamptz, dispatch_deadline double precision,
  retry jsonb) returns taskqueue.new_cloud_task
language plpgsql volatile as $$
declare
  new_id constant bigint := taskqueue._next_id(false, 1);
  source constant taskqueue._queues := taskqueue._visible_push_queue(queue, project, location);
  task taskqueue._tasks;
  refused text;
begin
  perform taskqueue._check_room(source.storage_limit);
  task := taskqueue._build_cloud_task(source.id, url, method, headers, body, http, target, name, eta,
    dispatch_deadline, retry);
  task.id := new_id;
  if name is not null then
    refused := taskqueue._claim_names(source, array[task]) ->> name;
    if refused is not null then
      perform taskqueue._raise_name_taken(source.name, name, refused);
    end if;
  end if;
  task := (taskqueue._insert_tasks(array[task]));
  perform taskqueue._wake(source.id, source.name);
  return row(coalesce(task.name, taskqueue._name(task.id, task.created)), task.headers, task.due,
    task.created)::taskqueue.new_cloud_task;
end
$$;
