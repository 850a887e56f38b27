-- fail_task: the dispatcher's: an attempt failed: the task runs again after its back-off, or is buried when its retries are used up.
--
-- Arguments  queue        name of the queue that the task was claimed from
--            id           of the task
--            lease_token  of the claim
--            status       of the response; 0: none came
--            reason       what the next attempt is told: App Error, Instance Unavailable, Connection Error, Unknown Target
--            responded    whether a response came in time, of any status
--            forced       whether run_task asked for the attempt: it is never the last
-- Returns    outcome: retry (then eta is the next attempt's), dead, or stale: the task has another claim since, or has ended
-- Locks      the task's row.
create or replace function taskqueue.fail_task(queue text, id bigint, lease_token uuid, status integer, reason text, responded boolean, forced boolean)
returns table (outcome text, eta timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
#variable_conflict use_column
declare
  failed taskqueue._tasks;
  rules taskqueue.retry_parameters;
  now timestamptz;
  next_due timestamptz;
begin
  select * into failed from taskqueue._tasks as t where t.id = fail_task.id and t.lease_token = fail_task.lease_token for update;
  if failed.id is null then
    return query select 'stale', null::timestamptz;
    return;
  end if;
  now := taskqueue._now();
  rules := failed.retry;
  if rules is null then
    select (q.retry).* into rules from taskqueue._queues as q where q.id = failed.queue_id;
  end if;
  failed.executions := coalesce(failed.executions, 0) + responded::integer;
  failed.last_status := status;
  failed.retry_reason := reason;
  if forced or taskqueue._may_retry(rules, failed.attempts, now - failed.first_attempt) then
    update taskqueue._tasks as t
    set due = taskqueue._now() + taskqueue._backoff(rules, greatest(failed.attempts, 1)), leased_until = '-infinity', lease_token = null,
        executions = failed.executions, last_status = failed.last_status, retry_reason = failed.retry_reason
    where t.id = failed.id
    returning t.due into next_due;
    return query select 'retry', next_due;
  else
    perform taskqueue._bury_task(failed, reason);
    return query select 'dead', null::timestamptz;
  end if;
end
$$;

comment on function taskqueue.fail_task is 'The dispatcher''s: an attempt failed: the task runs again after its back-off, or is buried when its retries are used up.';
