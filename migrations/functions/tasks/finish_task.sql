-- Locks: the task's row.
create or replace function taskqueue.finish_task(queue text, name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  return (select f.result = 'deleted' from taskqueue.finish_tasks(queue, array[finish_task.name]) as f);
end
$$;

comment on function taskqueue.finish_task is
$doc$For the REST API v1beta2, which has no lease tokens: deletes a task by its name.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns false when there is no such task.

Raises: TQ001 unknown queue.

Example:
    select taskqueue.finish_task('pull', 'report-7');$doc$;
