-- _dispatch: a claimed task as the dispatcher sends it. A queue's target comes before the task's own (App Engine's order).
create or replace function taskqueue._dispatch(queue taskqueue._queues, task taskqueue._tasks, forced boolean) returns taskqueue.dispatch
language plpgsql stable as $$
declare
  earlier constant integer := task.attempts - case when forced then 0 else 1 end;
begin
  return row(task.id, queue.name, coalesce(task.name, taskqueue._name(task.id, task.created)), coalesce(task.url, '/_ah/queue/' || queue.name),
             coalesce(task.method, 'POST'), taskqueue._headers(task), task.body, coalesce(queue.target, task.target), coalesce(task.namespace, ''),
             task.due, task.created, earlier, coalesce(task.executions, 0),
             case when earlier > 0 then coalesce(task.last_status, 0) end, case when earlier > 0 then coalesce(task.retry_reason, 'Instance Unavailable') end,
             coalesce(task.dispatch_deadline, 600), task.lease_token, forced)::taskqueue.dispatch;
end
$$;
