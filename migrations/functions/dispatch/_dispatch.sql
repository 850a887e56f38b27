-- _dispatch: a claimed task as the dispatcher sends it. A queue's target takes precedence over a native task's own (App
-- Engine's order), but not over the origin of an HTTP task, which the queue's http_target overrides. One expression, so
-- that PostgreSQL inlines it, and splits it where (_dispatch(...)).* is asked for. headers is null when there are none.
create or replace function taskqueue._dispatch(queue_name text, queue_target text, queue_http_target jsonb,
  task taskqueue._tasks, forced boolean) returns taskqueue.dispatch
language sql stable as $$
  select row(task.id, queue_name, coalesce(task.name, taskqueue._name(task.id, task.created)),
    coalesce(task.url, '/_ah/queue/' || queue_name),
             coalesce(task.method, 'POST'), case when task.headers is not null
               or task.body_kind is not null then taskqueue._headers(task) end, task.body,
             case when task.http is null then coalesce(queue_target, task.target)
               else coalesce(task.target, queue_target) end,
             coalesce(task.namespace, ''), task.due, task.created,
             task.attempts - (not forced)::integer, coalesce(task.executions, 0),
             case when task.attempts > (not forced)::integer then coalesce(task.last_status, 0) end,
             case when task.attempts > (not forced)::integer then coalesce(task.retry_reason,
               'Instance Unavailable') end,
             coalesce(task.dispatch_deadline, 600), task.lease_token, forced, task.http,
             coalesce(task.non_5xx_executions, 0),
             case when task.http is not null then queue_http_target end)::taskqueue.dispatch
$$;
