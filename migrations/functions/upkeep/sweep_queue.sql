-- Each deletion is ordered, so that it reads its index from the oldest entry on; unordered, it may be planned over all
-- rows of the queue.
create or replace function taskqueue.sweep_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on set enable_tidscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source taskqueue._queues;
  source_id integer;
  now constant timestamptz := taskqueue._now();
  newest timestamptz;   -- stays, for _last_dispatch
  forgotten timestamptz;
  removed bigint;
  total bigint := 0;
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  source_id := source.id;
  if source_id is null then
    return 0;
  end if;
  newest := (select max(s.at) from taskqueue._statistics as s where s.queue_id = source_id);
  perform taskqueue._lower_floor(source_id);
  delete from taskqueue._names where ctid = any (array(
    select n.ctid from taskqueue._names as n
    where n.queue_id = source_id and n.expires <= now order by n.expires limit 10000 for update skip locked));
  get diagnostics removed = row_count;
  total := total + removed;
  delete from taskqueue._dead_tasks where ctid = any (array(
    select d.ctid from taskqueue._dead_tasks as d
    where d.queue_id = source_id and d.expires <= now and d.awaits_notice is not true
    order by d.expires limit 10000 for update skip locked));
  get diagnostics removed = row_count;
  total := total + removed;
  -- A day after their time sweep_attempts has dropped them, unless another queue keeps its attempts longer.
  forgotten := (select max(o.ended) from (
    select a.ended from taskqueue._attempts as a
    where a.queue_id = source_id
      and a.ended <= taskqueue._later(now, -source.attempt_retention) - interval '26 hours'
    order by a.ended limit 10000) as o);
  if forgotten is not null then
    delete from taskqueue._attempts as a where a.queue_id = source_id and a.ended <= forgotten;
    get diagnostics removed = row_count;
    total := total + removed;
  end if;
  with gone as (
    delete from taskqueue._statistics where ctid = any (array(
      select s.ctid from taskqueue._statistics as s
      where s.queue_id = source_id and s.at < least(now - interval '3600 seconds', newest) order by s.at limit 10000))
    returning at, executed
  ), kept as (
    insert into taskqueue._hourly_statistics (queue_id, hour, executed)
    select source_id, date_trunc('hour', g.at, 'UTC'), sum(g.executed) from gone as g where g.executed > 0 group by 2
  )
  select count(*) into removed from gone;
  total := total + removed;
  delete from taskqueue._blockers where ctid = any (array(
    select h.ctid from taskqueue._blockers as h
    where h.queue_id = source_id
      and h.at < least(now - interval '3600 seconds',
                       (select max(l.at) from taskqueue._blockers as l where l.queue_id = source_id))
    order by h.at limit 10000));
  get diagnostics removed = row_count;
  total := total + removed;
  delete from taskqueue._hourly_statistics where ctid = any (array(
    select h.ctid from taskqueue._hourly_statistics as h
    where h.queue_id = source_id and h.hour <= now - interval '3024000 seconds' order by h.hour limit 10000));
  get diagnostics removed = row_count;
  return total + removed + taskqueue._sweep_deferred(source);
end
$$;

comment on function taskqueue.sweep_queue is
$doc$For dispatchers: removes what has expired in a queue: tombstones, dead tasks, statistics and blockers older than an
hour (hourly sums of the statistics stay for 35 days), and deferred payloads whose task is gone. It also lowers the
floor to a live task below it (the clock was set back, or the database was restored). Called about once a minute;
nothing depends on the rest, because what has expired has no effect, swept or not.

Arguments:
- queue: name of the queue.

Returns the number of removed rows, at most 10000 of each kind; 10000 and more means that there may be more to remove.

Example:
    select taskqueue.sweep_queue('mail');$doc$;
