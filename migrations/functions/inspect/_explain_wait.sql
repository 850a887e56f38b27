-- _explain_wait: what, beside the state of its queue, keeps a live task from running: itself, tasks before it, or
-- nothing.
create or replace function taskqueue._explain_wait(queue taskqueue._queues,
  task taskqueue._waiting_task) returns setof taskqueue.explanation
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  wait constant interval := date_trunc('second', task.due - now + interval '0.5 seconds');
  retry constant taskqueue.retry_parameters := case when task.retry is null then queue.retry else task.retry end;
  asked timestamptz;
begin
  select f.requested into asked from taskqueue._forced_runs as f where f.queue_id = queue.id and f.task_id = task.id;
  if asked is not null then
    return next row('run_now',
      format('run_task was called at %s: a dispatcher sends it within moments, whatever else applies.',
      taskqueue._show_time(asked)), null, null)::taskqueue.explanation;
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
    return next row('target',
      format('Its target %s was unknown at the last attempt.', coalesce(queue.target, task.target, 'default')), null,
      case when coalesce(queue.target, task.target) ~ '://'
           then format('select taskqueue.allow_url(%L);',
             substring(coalesce(queue.target, task.target) from '://[[]?([^]/]*?)[]]?(:[0-9]+)?$'))
           else format('select taskqueue.set_target(%L, ''https://...'');',
             coalesce(queue.target, task.target, 'default')) end)::taskqueue.explanation;
  end if;
  if task.due > now and task.attempts > 0 and queue.mode = 'push' then
    return next row('back_off',
      format('It failed with %s; attempt %s%s runs in %s.',
      taskqueue._show_outcome(task.last_status, task.retry_reason), task.attempts + 1,
      coalesce(' of ' || retry.task_retry_limit + 1, ''), wait), task.due,
        format('select taskqueue.run_task(%L, %L);', queue.name, task.name))::taskqueue.explanation;
  elsif task.due > now then
    return next row('eta', format('Its ETA is in %s.', wait), task.due,
      case queue.mode
        when 'push' then format('select taskqueue.run_task(%L, %L);', queue.name,
        task.name) end)::taskqueue.explanation;
  elsif queue.mode = 'pull' then
    return next row('due',
      format('It has been ready since %s: no worker has asked for it, or other tasks come first.',
        taskqueue._show_time(task.due)),
      null, format('select * from taskqueue.lease_tasks(%L, lease_seconds => 60);', queue.name))::taskqueue.explanation;
  else
    return query select * from taskqueue._explain_due(queue, task);
  end if;
end
$$;
