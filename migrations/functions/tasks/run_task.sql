-- It takes no locks.
create or replace function taskqueue.run_task(queue text, name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  forced_id constant bigint := taskqueue._find_task(source, name);
  now constant timestamptz := taskqueue._now();
begin
  if source.mode <> 'push' then
    perform taskqueue._raise('TQ021', format('queue %s is a pull queue: its tasks are leased and can''t be run', queue),
      'Lease it instead: select * from taskqueue.lease_tasks(...);',
      jsonb_build_object('queue', queue, 'mode', source.mode));
  end if;
  if forced_id is null then
    perform taskqueue._raise_missing_task(source, name);
  end if;
  if exists (select from taskqueue._tasks as t where t.id = forced_id and t.leased_until > now
      and t.leased_until <= now + taskqueue._longest_lease()) then
    return false;
  end if;
  insert into taskqueue._forced_runs (queue_id, task_id, requested) values (source.id, forced_id, now)
    on conflict do nothing;
  perform taskqueue._audit('run', 'task ' || source.name || '/' || run_task.name, null, null);
  -- not the doorbell: a leader may also sleep for lack of a token, or because the queue is paused
  perform taskqueue._queue_changed(source.name);
  return true;
end
$$;

comment on function taskqueue.run_task is
$doc$Dispatches a push task now, whatever its ETA, the queue's rate and concurrency, or a pause. Retries count as
before.

Arguments:
- queue: name of a push queue.
- name: name of the task.

Returns true: requested; the dispatcher sends it within moments. false: it is already running.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a pull queue.

Example:
    select taskqueue.run_task('mail', 'receipt-7');$doc$;
