-- Locks: the task's row.
create or replace function taskqueue.delete_task_by_eta(queue text, name text, eta timestamptz) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source constant taskqueue._queues := taskqueue._leasable_queue(queue, true);
  task_id constant bigint := taskqueue._find_task(source, name);
  proof uuid;
begin
  if task_id is null then
    perform taskqueue._raise_missing_task(source, name);
  end if;
  select t.lease_token into proof from taskqueue._tasks as t
  where t.id = task_id and t.leased_until = delete_task_by_eta.eta and t.leased_until > taskqueue._now() for update;
  if taskqueue._finish_task(queue, name, proof) is not true then
    perform taskqueue._raise_expired_lease(source.name, name);
  end if;
end
$$;

comment on function taskqueue.delete_task_by_eta is
$doc$Deletes a task that its caller has leased, as delete_task with a lease token does, for APIs without lease tokens:
there the end of the lease, to the microsecond, proves who holds it.

Arguments:
- queue: name of a pull queue, paused or not.
- name: name of the task.
- eta: end of the lease as the caller knows it.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 not a pull queue; TQ025 the lease is
over, or ends at another moment.

Example:
    select taskqueue.delete_task_by_eta('pull', 'report-7', eta => '2030-01-01 00:00:00.123456+00');$doc$;
