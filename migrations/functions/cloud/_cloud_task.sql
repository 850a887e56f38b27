-- _cloud_task: a task as the Cloud Tasks API shows it. One expression, so that PostgreSQL inlines it, and splits it
-- where (_cloud_task(...)).* is asked for.
--
-- A leased task of a pull queue is due when its lease ends, to the microsecond: that proves who holds the lease.
--
-- Arguments  now        what the caller has read from the clock
--            with_body  false: body is null
create or replace function taskqueue._cloud_task(source taskqueue._queues, task taskqueue._tasks, now timestamptz,
  with_body boolean) returns taskqueue.cloud_task
language sql stable as $$
  select row(
    coalesce(task.name, taskqueue._name(task.id, task.created)), task.http, task.target,
    case when source.mode = 'push' then coalesce(task.url, '/_ah/queue/' || source.name) end,
    case when source.mode = 'push' then coalesce(task.method, 'POST') else 'PULL' end,
    taskqueue._headers(task), case when with_body then task.body end, octet_length(task.body),
    case when source.mode = 'push' then task.due when task.leased_until > now then task.leased_until
      else greatest(task.due, task.leased_until) end,
    task.created, task.dispatch_deadline,
    case when not (task.retry is null) then taskqueue._retry_json(task.retry) end,
    task.attempts + coalesce(task.forced_runs, 0), coalesce(task.executions, 0), task.first_attempt,
    case when task.lease_token is null then task.last_scheduled
      else taskqueue._scheduled(task.due, task.lease_token) end,
    case when task.lease_token is null then task.last_dispatched else taskqueue._leased_at(task.lease_token) end,
    case when task.lease_token is null then task.last_answered end,
    case when task.lease_token is null then task.last_status
      when task.leased_until > now and task.leased_until <= now + taskqueue._longest_lease() then null else 0 end,
    null, task.tag)::taskqueue.cloud_task
$$;
