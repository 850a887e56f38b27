-- Locks: as lease_tasks.
create or replace function taskqueue.lease_cloud_tasks(queue text, project text, location text,
  lease_seconds double precision, max_tasks integer default 1, by_tag boolean default false, tag text default null,
  with_body boolean default false) returns setof taskqueue.cloud_task
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  most_bytes constant bigint := case when with_body then 3145728 else 33554432 end; -- clients take messages of 4 MB
  source constant taskqueue._queues := taskqueue._visible_queue(queue, project, location, 'pull');
  ids bigint[];
  now timestamptz;
begin
  if by_tag then
    ids := array(select taskqueue._find_task(source, l.name)
      from taskqueue.lease_tasks_by_tag(queue, lease_seconds, max_tasks, tag, most_bytes) as l);
  else
    ids := array(select taskqueue._find_task(source, l.name)
      from taskqueue.lease_tasks(queue, lease_seconds, max_tasks, most_bytes) as l);
  end if;
  now := taskqueue._now();
  return query
    select (taskqueue._cloud_task(source, t, now, with_body)).* from taskqueue._tasks as t
    where t.id = any (ids) order by array_position(ids, t.id);
end
$$;

comment on function taskqueue.lease_cloud_tasks is
$doc$For the Cloud Tasks API: leases tasks of a pull queue, as lease_tasks and lease_tasks_by_tag do.

Arguments:
- queue: name of a pull queue.
- project, location: the parent under which it is asked for.
- lease_seconds: 0 to 604800.
- max_tasks: 1 to 1000.
- by_tag: true: only tasks of one tag.
- tag: that tag; null: the oldest task's.
- with_body: true: with their bodies, of 3 MB in all, or one task.

Returns the tasks; each is due when its lease ends, which proves who holds it.

Raises: TQ001 unknown queue; TQ021 a push queue; TQ026 the queue is paused; TQ027 tag; TQ101 lease_seconds; TQ102
max_tasks.

Example:
    select name, schedule_time from taskqueue.lease_cloud_tasks('pull', 'shop', 'eu', lease_seconds => 60);$doc$;
