-- Locks: the task's row.
create or replace function taskqueue.modify_task_lease_by_eta(queue text, name text, lease_seconds double precision,
  eta timestamptz default null)
returns taskqueue.leased_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  source taskqueue._queues;
  task_id bigint;
  proof uuid;
begin
  perform taskqueue._check_lease_seconds(lease_seconds);
  source := taskqueue._leasable_queue(queue);
  task_id := taskqueue._find_task(source, modify_task_lease_by_eta.name);
  if task_id is not null then
    select t.lease_token into proof from taskqueue._tasks as t
    where t.id = task_id
      and (modify_task_lease_by_eta.eta is null or t.leased_until = modify_task_lease_by_eta.eta) for update;
  end if;
  return taskqueue.modify_task_lease(queue, name, proof, lease_seconds);
end
$$;

comment on function taskqueue.modify_task_lease_by_eta is
$doc$modify_task_lease for the REST API v1beta2, which has no lease tokens: there the end of the lease, to the
microsecond, proves who holds it.

Arguments:
- queue: name of a pull queue.
- name: name of the task.
- lease_seconds: 0 to 604800, from now.
- eta: end of the lease as the caller knows it; null: any end that has not passed.

Returns the leased_task with its new eta.

Raises: what modify_task_lease raises; TQ025 also for another eta.

Example:
    select * from taskqueue.modify_task_lease_by_eta('pull', 'report-7', lease_seconds => 60);$doc$;
