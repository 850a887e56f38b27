-- fail_task: the dispatcher's: an attempt failed: the task runs again after its back-off, or is buried when its retries
-- are used up.
--
-- Arguments  queue        name of the queue that the task was claimed from
--            id           of the task
--            lease_token  of the claim
--            status       of the response; 0: none came
--            reason       what the next attempt is told: App Error, Instance Unavailable, Connection Error, Unknown
--                         Target
--            responded    whether a response came in time, of any status
--            retry_after  seconds before which it does not run again, whatever its back-off; null: the target did not
--                         say. For a task without a host of its
--                         own (App Engine's way) it counts up to the longest back-off
--            forced       whether run_task asked for the attempt: it is never the last
--            last         true: it does not run again, unless forced (development servers)
-- Returns    outcome: retry (then eta is the next attempt's), dead, or stale: the task has another claim since, has
--            ended or was purged
-- Locks      the task's row.
create or replace function taskqueue.fail_task(queue text, id bigint, lease_token uuid, status integer, reason text,
  responded boolean, forced boolean,
  retry_after double precision default null, last boolean default false)
returns table (outcome text, eta timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  failed taskqueue._tasks;
  source taskqueue._queues;
  now timestamptz;
  next_due timestamptz;
begin
  select * into failed from taskqueue._tasks as t where t.id = fail_task.id
    and t.lease_token = fail_task.lease_token for update;
  if failed.id is null then
    return query select 'stale', null::timestamptz;
    return;
  end if;
  now := taskqueue._now();
  select * into source from taskqueue._queues as q where q.id = failed.queue_id;
  if taskqueue._is_purged(failed.id, source.purged) then
    delete from taskqueue._tasks as t where t.id = failed.id;
    if failed.name is not null then
      perform taskqueue._add_tombstones(failed.queue_id, array[failed.name], array[failed.id], source.purged_at);
    end if;
    return query select 'stale', null::timestamptz;
    return;
  end if;
  if not (failed.retry is null) then   -- of a block with a null in it neither is null nor is not null holds
    source.retry := failed.retry;
  end if;
  if retry_after is not null and coalesce(source.target, failed.target, '') !~ '^https?://'
      and coalesce(failed.url, '') !~ '^https?://' then
    retry_after := least(retry_after, (source.retry).max_backoff_seconds);
  end if;
  failed.executions := coalesce(failed.executions, 0) + responded::integer;
  failed.last_status := status;
  failed.retry_reason := reason;
  if forced or not coalesce(last, false)
      and taskqueue._may_retry(source.retry, failed.attempts, now - failed.first_attempt) then
    update taskqueue._tasks as t
    set due = taskqueue._now() + greatest(taskqueue._backoff(source.retry, greatest(failed.attempts, 1)),
      make_interval(secs => coalesce(retry_after, 0))), leased_until = '-infinity', lease_token = null,
        executions = failed.executions, last_status = failed.last_status, retry_reason = failed.retry_reason
    where t.id = failed.id
    returning t.due into next_due;
    return query select 'retry', next_due;
  else
    perform taskqueue._bury_tasks(failed.queue_id, array[failed.id], reason, failed.executions, failed.last_status);
    return query select 'dead', null::timestamptz;
  end if;
end
$$;

comment on function taskqueue.fail_task is
  'The dispatcher''s: an attempt failed: the task runs again after its back-off, or is buried when its retries are '
  'used up.';
