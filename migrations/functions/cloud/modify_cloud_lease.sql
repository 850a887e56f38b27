-- Locks: the task's row.
create or replace function taskqueue.modify_cloud_lease(queue text, project text, location text, name text,
  eta timestamptz, lease_seconds double precision, with_body boolean default false)
returns setof taskqueue.cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
begin
  perform taskqueue._visible_queue(queue, project, location, 'pull');
  perform taskqueue.modify_task_lease_by_eta(queue, name, lease_seconds, coalesce(eta, '-infinity'));
  return query select * from taskqueue.get_cloud_task(queue, project, location, name, with_body, 'pull');
end
$$;

comment on function taskqueue.modify_cloud_lease is
$doc$For the Cloud Tasks API: makes a lease end later, or now, as modify_task_lease_by_eta does.

Arguments:
- queue: name of a pull queue.
- project, location: the parent under which it is asked for.
- name: name of the task.
- eta: end of the lease as the caller knows it.
- lease_seconds: 0 to 604800, from now; 0 ends it.
- with_body: true: with the task's body.

Returns the task, with the lease's new end as its schedule_time.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a push queue; TQ025 the lease is over,
or ends at another moment; TQ026 the queue is paused; TQ101 lease_seconds.

Example:
    select schedule_time from taskqueue.modify_cloud_lease('pull', 'shop', 'eu', 'report-7',
      eta => '2030-01-01 00:00:00.123456+00', lease_seconds => 60);$doc$;
