create or replace function taskqueue.queue_statistics(queue text default null) returns setof taskqueue.queue_statistics
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  found_any boolean := false;
  now constant timestamptz := taskqueue._now();
  source record;
begin
  if queue is not null then
    perform taskqueue._check_queue_name(queue);
  end if;
  for source in
    select q.name, q.oldest_eta, q.executed_last_minute, q.in_flight, q.mode, q.enforced_rate, o.id,
           q.succeeded_last_minute, q.failed_last_minute, q.dead_last_minute, q.due, q.scheduled, q.oldest_due,
           q.condition
    from taskqueue.queues as q join taskqueue._queues as o on o.name = q.name and o.deleted_at is null
    where queue is null or q.name = queue order by q.name
  loop
    found_any := true;
    return next row(source.name, taskqueue._approximate_tasks(source.id, 10000), source.oldest_eta,
      source.executed_last_minute,
      (select coalesce(sum(s.executed), 0) from taskqueue._statistics as s
        where s.queue_id = source.id and s.at > now - interval '3600 seconds'),
      case when source.mode = 'push' then source.in_flight end, source.enforced_rate,
      source.succeeded_last_minute, source.failed_last_minute, source.dead_last_minute, source.due, source.scheduled,
      source.oldest_due, source.condition)::taskqueue.queue_statistics;
  end loop;
  if queue is not null and not found_any then
    return next row(queue, 0, null, 0, 0, null, null, 0, 0, 0, 0, 0, null, null)::taskqueue.queue_statistics;
  end if;
end
$$;

comment on function taskqueue.queue_statistics is
$doc$Returns statistics of one queue or of all (App Engine's QueueStatistics). Counts are exact up to 10000 tasks per
queue; the view queues counts up to 100, and is faster for many queues.

Arguments:
- queue: name of a queue; null: all queues, by name.

Returns queue_statistics rows. A queue that doesn't exist is an empty one and no error (App Engine's rule).

Raises: TQ006 an invalid name.

Example:
    select tasks, oldest_eta, in_flight from taskqueue.queue_statistics('mail');$doc$;
