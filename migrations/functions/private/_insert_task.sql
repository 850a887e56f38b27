-- _insert_task: what _insert_tasks does, for one task, at half the price.
create or replace function taskqueue._insert_task(task taskqueue._tasks) returns taskqueue._tasks
language plpgsql volatile as $$
begin
  insert into taskqueue._tasks as t (id, due, created, queue_id, method, url, target, namespace, dispatch_deadline, retry, headers, body_kind, tag, name, body)
  select task.id, greatest(task.due, at.now), at.now, task.queue_id, task.method, task.url, task.target, task.namespace, task.dispatch_deadline, task.retry,
         task.headers, task.body_kind, task.tag, task.name, task.body
  from (select taskqueue._now() as now offset 0) as at
  returning t.due, t.created into task.due, task.created;
  return task;
end
$$;
