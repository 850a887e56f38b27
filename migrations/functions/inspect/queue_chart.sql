-- The last one or two hours are still in _statistics, second by second.
create or replace function taskqueue.queue_chart(queue text, seconds integer, step integer)
returns table (at timestamptz, started bigint, succeeded bigint, client_error bigint, server_error bigint,
  no_answer bigint, dead bigint, tasks bigint, lag double precision[], duration double precision[])
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan
set debug_print_parse = off set debug_print_rewritten = off set debug_print_plan = off as $$
declare
  now constant timestamptz := taskqueue._now();
  width constant interval := make_interval(secs => least(greatest(queue_chart.step, 60), 86400));
  begins constant timestamptz := date_bin(width, now - make_interval(secs => least(greatest(queue_chart.seconds, 60),
    604800)), 'epoch');
  soon constant timestamptz := now + interval '60 seconds';   -- the partitions after it need not be read
  source taskqueue._queues;
begin
  select * into source from taskqueue._queues as q where q.name = queue_chart.queue and q.deleted_at is null;
  return query
  with counted as (
    select m.minute as at, m.executed, m.started, m.succeeded, m.client_error, m.throttled, m.server_error,
           m.other_status, m.no_answer, m.unknown_target, m.failed, m.expired, m.dead, m.tasks, m.lag, m.duration
    from taskqueue._minute_statistics as m
    where m.queue_id = source.id and m.minute >= begins and m.minute < soon
    union all
    select s.at, s.executed, s.started, s.succeeded, s.client_error, s.throttled, s.server_error,
           s.other_status, s.no_answer, s.unknown_target, s.failed, s.expired, s.dead, s.tasks, s.lag::bigint[],
           s.duration::bigint[]
    from taskqueue._statistics as s where s.queue_id = source.id and s.at >= begins and s.at < soon
  ), summed as (
    select date_bin(width, c.at, 'epoch') as at,
           coalesce(case source.mode when 'pull' then sum(c.executed) else sum(c.started) end, 0)::bigint as started,
           coalesce(sum(c.succeeded), 0)::bigint as succeeded,
           (coalesce(sum(c.client_error), 0) + coalesce(sum(c.throttled), 0) + coalesce(sum(c.other_status), 0)
             + coalesce(sum(c.failed), 0))::bigint as client_error,
           coalesce(sum(c.server_error), 0)::bigint as server_error,
           (coalesce(sum(c.no_answer), 0) + coalesce(sum(c.unknown_target), 0) + coalesce(sum(c.expired), 0))::bigint
             as no_answer,
           coalesce(sum(c.dead), 0)::bigint as dead, max(c.tasks) as tasks,
           taskqueue._column_sums(array_agg(c.lag) filter (where c.lag is not null)) as lag,
           taskqueue._column_sums(array_agg(c.duration) filter (where c.duration is not null)) as duration
    from counted as c group by 1
  )
  select s.at, s.started, s.succeeded, s.client_error, s.server_error, s.no_answer, s.dead, s.tasks,
         case when s.lag is not null then array(
           select taskqueue.histogram_quantile(s.lag, q) from unnest('{0.5,0.95,0.99}'::double precision[]) as q) end,
         case when s.duration is not null then array(
           select taskqueue.histogram_quantile(s.duration, q)
           from unnest('{0.5,0.95,0.99}'::double precision[]) as q) end
  from summed as s order by s.at;
end
$$;

comment on function taskqueue.queue_chart is
$doc$Returns what happened in a queue over a time, in steps, for charts.

Arguments:
- queue: its name. Of an unknown one nothing is returned.
- seconds: how far back, at most 604800 (seven days).
- step: seconds of each step, at least 60.

Returns one row per step with anything, the earliest first: at, when it began; started: attempts, pull: leases given;
succeeded; client_error: answered with anything else but 500 to 599, pull: ended with an error; server_error; no_answer:
also those without a target, pull: leases that expired; dead; tasks: the most, null: no sample; lag and duration: the
0.5, 0.95 and 0.99 quantiles of the seconds from due to start and from start to end, null: none.

Example:
    select at, started, lag[2] as p95 from taskqueue.queue_chart('mail', 3600, 60);$doc$;
