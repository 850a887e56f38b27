-- Locks: the task's row.
create or replace function taskqueue.fail_task(
  queue text, id bigint, lease_token uuid, status integer, reason text, responded boolean, forced boolean,
  retry_after double precision default null, last boolean default false
)
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
  again boolean;
  next_due timestamptz;
begin
  select * into failed from taskqueue._tasks as t
  where t.id = fail_task.id and t.lease_token = fail_task.lease_token for update;
  if failed.id is null then
    return query select 'stale', null::timestamptz;
    return;
  end if;
  now := taskqueue._now();
  select * into source from taskqueue._queues as q where q.id = failed.queue_id;
  if source.deleted_at is not null or taskqueue._is_purged(failed.id, source.purged) then
    delete from taskqueue._tasks as t where t.id = failed.id;
    if failed.name is not null then
      perform taskqueue._add_tombstones(failed.queue_id, array[failed.name], array[failed.id], source.purged_at);
    end if;
    return query select 'stale', null::timestamptz;
    return;
  end if;
  if not (failed.retry is null) then   -- of a row with a null in it neither "is null" nor "is not null" holds
    source.retry := failed.retry;
  end if;
  if failed.http is null and retry_after is not null then
    retry_after := least(retry_after, (source.retry).max_backoff_seconds);
  end if;
  again := forced or not coalesce(last, false)
    and taskqueue._may_retry(source.retry, failed.attempts, now - failed.first_attempt);
  update taskqueue._tasks as t
  set due = case when again
        then taskqueue._now() + greatest(taskqueue._backoff(source.retry, greatest(failed.attempts, 1)),
          make_interval(secs => coalesce(retry_after, 0))) else t.due end,
      leased_until = '-infinity', lease_token = null,
      executions = coalesce(t.executions, 0) + responded::integer,
      non_5xx_executions = case when t.http is not null then coalesce(t.non_5xx_executions, 0)
        + (responded and status not between 500 and 599)::integer end,
      last_status = status, retry_reason = reason,
      last_scheduled = taskqueue._scheduled(t.due, t.lease_token),
      last_dispatched = taskqueue._leased_at(t.lease_token), last_answered = case when responded then now end
  where t.id = failed.id
  returning t.due into next_due;
  if again then
    return query select 'retry', next_due;
  else
    perform taskqueue._bury_tasks(failed.queue_id, array[failed.id], reason);
    return query select 'dead', null::timestamptz;
  end if;
end
$$;

comment on function taskqueue.fail_task is
$doc$For dispatchers: records that an attempt failed. The task runs again after its back-off, or is buried when its
retries are used up.

Arguments:
- queue: name of the queue the task was claimed from.
- id: id of the task.
- lease_token: token of the claim.
- status: HTTP status of the response; 0: there was none.
- reason: the retry reason that the next attempt receives: App Error, Permanent Failure, Instance Unavailable,
  Connection Error or Unknown Target.
- responded: whether a response, of any status, arrived in time.
- forced: whether run_task requested the attempt: it is never the last one.
- retry_after: seconds before which the task must not run again, whatever its back-off; null: the target didn't say. For
  a native task it is limited to the longest back-off.
- last: true: the task doesn't run again unless forced: it failed for good, or nothing is retried.

Returns outcome: retry (with eta of the next attempt), dead, or stale: the task has another claim since, has ended or
was purged.

Example:
    select * from taskqueue.fail_task('mail', 1, '...', status => 500, reason => 'App Error', responded => true, forced
    => false);$doc$;
