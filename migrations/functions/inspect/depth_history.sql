-- Two samples in four minutes are enough to draw an hour, so each queue costs thirty short scans of the index, however
-- many notes it has.
create or replace function taskqueue.depth_history(queues text[]) returns table (queue text, at timestamptz,
  tasks bigint)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  an_hour_ago constant timestamptz := now - interval '3600 seconds';
  soon constant timestamptz := now + interval '60 seconds';   -- the partitions after it need not be read
begin
  return query
  select q.name, sample.at, sample.tasks
  from unnest(queues) as asked(name)
  join taskqueue._queues as q on q.name = asked.name and q.deleted_at is null
  cross join generate_series(29, 0, -1) as step
  cross join lateral (
    select s.at, s.tasks from taskqueue._statistics as s
    where s.queue_id = q.id and s.at > now - (step + 1) * interval '120 seconds'
      and s.at <= now - step * interval '120 seconds' and s.at > an_hour_ago and s.at < soon and s.tasks is not null
    order by s.at desc limit 1) as sample
  order by q.name, sample.at;
end
$$;

comment on function taskqueue.depth_history is
$doc$Returns how many tasks queues had over the last hour: of every two minutes the last sample, which dispatchers take
every ten seconds while a queue is in use.

Arguments:
- queues: their names; unknown ones are ignored.

Returns, the earliest first: queue; at, when the sample was taken; tasks: exact below 100, an estimate above.

Example:
    select at, tasks from taskqueue.depth_history('{mail}');$doc$;
