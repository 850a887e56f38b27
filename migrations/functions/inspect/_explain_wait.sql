-- _explain_wait: what, beside the state of its queue, keeps a live task from running: itself, tasks before it, or
-- nothing. The target of the task is the one that it goes to.
create or replace function taskqueue._explain_wait(queue taskqueue._queues,
  task taskqueue._waiting_task) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  wait constant interval := date_trunc('second', task.due - now + interval '0.5 seconds');
  retry constant taskqueue.retry_parameters := case when task.retry is null then queue.retry else task.retry end;
  connected constant boolean := exists (select from taskqueue.dispatchers);
  known constant boolean := exists (select from taskqueue.targets as t
    where t.name = coalesce(task.target, 'default'));
  asked timestamptz;
  error text;
  refused text;   -- the origin that isn't allowed; that of an HTTP task may be another than its URL says
begin
  select f.requested into asked from taskqueue._forced_runs as f where f.queue_id = queue.id and f.task_id = task.id;
  if asked is not null then
    return next row('run_now',
      format('run_task was called at %s: %s sends it%s, whatever else applies.', taskqueue._show_time(asked),
        case when connected then 'a dispatcher' else 'the next dispatcher that is started' end,
        case when connected then ' within moments' else '' end), null, null)::taskqueue.explanation;
  end if;
  if task.leased_until > now and task.leased_until <= now + taskqueue._longest_lease() then
    return next row(case queue.mode when 'pull' then 'leased' else 'dispatched' end,
      format('%s has held it since %s, until %s at the latest.', case queue.mode when 'pull' then 'A worker'
          else (select taskqueue._show_holder(t.lease_token) from taskqueue._tasks as t where t.id = task.id) end,
        coalesce(taskqueue._show_time(task.leased_at), 'an unknown time'), taskqueue._show_time(task.leased_until)),
          task.leased_until, null)::taskqueue.explanation;
    return;
  end if;
  if task.retry_reason = 'Unknown Target' then
    select a.error, case when a.error ~ 'allow_url' then substring(a.url from '^[a-z]+://[^/?#]*') end
    into error, refused from taskqueue._attempts as a
    where a.queue_id = queue.id and a.name = task.name order by a.ended desc limit 1;
    return next row('target',
      case when error ~ 'ID token|oauthToken'
        then format('The token that it asks for could not be made at the last attempt: %s.',
          substring(error from '^[^;]*'))
      else format('Its target %s was unknown at the last attempt%s.', coalesce(refused, task.target, 'default'),
        case when error ~ 'signing key' then ', as none of its signing keys could be read'
          when known then '; it is set now' else '' end) end, null,
      case when error ~ 'signing key|oauthToken' or not known
        then taskqueue._target_remedy(coalesce(refused, task.target), error) end)::taskqueue.explanation;
  end if;
  if task.due > now and task.attempts > 0 then
    return next row('back_off',
      format('It failed%s; %s %s%s %s in %s.',
        case queue.mode when 'push' then ' with ' || taskqueue._show_outcome(task.last_status, task.retry_reason) end,
        case queue.mode when 'pull' then 'lease' else 'attempt' end, task.attempts + 1,
        -- a pull queue limits leases, a push queue retries
        coalesce(' of ' || retry.task_retry_limit + case queue.mode when 'pull' then 0 else 1 end, ''),
        case queue.mode when 'pull' then 'may begin' else 'runs' end, wait), task.due,
      case queue.mode when 'push'
        then format('select taskqueue.run_task(%L, %L);', queue.name, task.name) end)::taskqueue.explanation;
  elsif task.due > now then
    return next row('eta', format('Its ETA is in %s.', wait), task.due,
      case queue.mode
        when 'push' then format('select taskqueue.run_task(%L, %L);', queue.name,
        task.name) end)::taskqueue.explanation;
  elsif queue.mode = 'pull' then
    return next row('due',
      format('It has been ready since %s: %s.', taskqueue._show_time(task.due),
        case taskqueue._state(queue) when 'running' then 'no worker has asked for it, or other tasks come first'
          else 'nothing about the task itself keeps it from being leased' end),
      null, format('select * from taskqueue.lease_tasks(%L, lease_seconds => 60);', queue.name))::taskqueue.explanation;
  else
    return query select * from taskqueue._explain_due(queue, task);
  end if;
end
$$;
