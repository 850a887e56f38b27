-- _cloud_task: a task as the Cloud Tasks API shows it. One expression, so that PostgreSQL inlines it, and splits it
-- where (_cloud_task(...)).* is asked for.
--
-- While an attempt is under way, its lease says when it began. Since then the task may have been moved behind its lease
-- (_walk_floor), or it was run before it was due: then it was scheduled for when it was sent.
--
-- Arguments  now        what the caller has read from the clock
--            with_body  false: body is null
create or replace function taskqueue._cloud_task(queue_name text, task taskqueue._tasks, now timestamptz,
  with_body boolean) returns taskqueue.cloud_task
language sql stable as $$
  select row(
    coalesce(task.name, taskqueue._name(task.id, task.created)), task.http, task.target,
    coalesce(task.url, '/_ah/queue/' || queue_name),
    coalesce(task.method, 'POST'), taskqueue._cloud_headers(task), case when with_body then task.body end,
    task.due, task.created, task.dispatch_deadline,
    case when not (task.retry is null) then taskqueue._retry_json(task.retry) end,
    task.attempts + coalesce(task.forced_runs, 0), coalesce(task.executions, 0), task.first_attempt,
    case when task.lease_token is null then task.last_scheduled
      else least(task.due, taskqueue._leased_at(task.lease_token)) end,
    case when task.lease_token is null then task.last_dispatched else taskqueue._leased_at(task.lease_token) end,
    case when task.lease_token is null then task.last_answered end,
    case when task.lease_token is null then task.last_status
      when task.leased_until > now and task.leased_until <= now + taskqueue._longest_lease() then null else 0 end,
    task.queue_id || '.' || (extract(epoch from task.due) * 1000000)::bigint || '.' || task.id,
    octet_length(task.body))::taskqueue.cloud_task
$$;
