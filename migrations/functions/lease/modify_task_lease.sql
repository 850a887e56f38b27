-- Locks: the task's row; the name of a task that is buried.
create or replace function taskqueue.modify_task_lease(queue text, name text, lease_token uuid,
  lease_seconds double precision, error text default null)
returns taskqueue.leased_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  task_id bigint;
  now timestamptz;
  held taskqueue._tasks;
  due timestamptz;
begin
  perform taskqueue._check_lease_seconds(lease_seconds, error is not null);
  source := taskqueue._leasable_queue(queue, error is not null);
  task_id := taskqueue._find_task(source, name);
  if task_id is null then
    perform taskqueue._raise_missing_task(source, name);
  end if;
  if error is not null then
    select t.* into held from taskqueue._tasks as t where t.id = task_id;
    select f.id, f.due into held.id, due
    from taskqueue._fail_leased(source, array[task_id], array[modify_task_lease.lease_token],
      array[modify_task_lease.lease_seconds], array[modify_task_lease.error]) as f;
    if held.id is not null then
      return row(source.name, name, due, held.created, held.body, held.tag, held.attempts, null,
        held.headers)::taskqueue.leased_task;
    end if;
    perform taskqueue._raise_expired_lease(source.name, name);
  end if;
  perform pg_current_xact_id();   -- before the clock is read: see _step_floor
  now := taskqueue._now();
  update taskqueue._tasks as t
  set leased_until = now + make_interval(secs => modify_task_lease.lease_seconds),
      -- a short lease, or the due time is already the lease's old end: see lease_tasks
      due = case when modify_task_lease.lease_seconds <= 2
        or t.due > now + make_interval(secs => modify_task_lease.lease_seconds)
                 then taskqueue._now() + make_interval(secs => modify_task_lease.lease_seconds) else t.due end,
      lease_token = case when modify_task_lease.lease_seconds > 0 then t.lease_token end
  where t.id = task_id and t.lease_token = modify_task_lease.lease_token
    and t.leased_until > now and t.leased_until <= now + taskqueue._longest_lease()
  returning t.* into held;
  if held.id is null then
    perform taskqueue._raise_expired_lease(source.name, name);
  end if;
  if modify_task_lease.lease_seconds = 0 then
    insert into taskqueue._statistics (queue_id, at, executed, released) values (source.id, now, 0, 1);
  end if;
  perform taskqueue._wake(source.id, source.name);   -- for those who wait until the lease's old end
  return row(source.name, name, held.leased_until, held.created, held.body, held.tag, held.attempts,
    modify_task_lease.lease_token, held.headers)::taskqueue.leased_task;
end
$$;

comment on function taskqueue.modify_task_lease is
$doc$Makes a held lease end lease_seconds from now: extends it, shortens it, or with 0 releases the task now.

Arguments:
- queue: name of a pull queue.
- name: name of the task.
- lease_token: the token that the last lease gave.
- lease_seconds: 0 to 604800, from now (not from the lease's old end); with an error also 'infinity'.
- error: why the task failed, in words; null: it did not. The lease ends now, an attempt is recorded with the first 1024
  characters of the error, and the task can be leased again after lease_seconds; with 'infinity' it goes to dead_tasks.
  This also works while the queue is paused.

Returns the leased_task with its new eta (null: it is dead); retry_count is unchanged. After 0 seconds, and after an
error, the token is no longer valid.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 not a pull queue; TQ025 the lease has
expired, or another worker has the task; TQ026 the queue is paused; TQ101 lease_seconds.

Example:
    select * from taskqueue.modify_task_lease('pull', name => 'report-7', lease_token => '...',
      lease_seconds => 60);
    select taskqueue.modify_task_lease('pull', name => 'report-7', lease_token => '...', lease_seconds => 30,
      error => 'could not reach the printer');$doc$;
