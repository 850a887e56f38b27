-- sweep_queue: the dispatcher's: the net under the floor, and the removal of what has expired: tombstones, dead tasks,
-- statistics and hindrances older than an hour (of the former hourly sums stay for 35 days), and deferred calls whose
-- task is gone. About once a minute.
--
-- A live task below the floor (the clock was set back, or the database restored) takes the floor down to itself.
-- Nothing waits for the rest: what has expired has no effect any more, swept or not. Ordered, so that each deletion
-- reads its index from the oldest on; unordered, it may be planned over all rows of the queue.
-- Returns    how many rows were removed, at most 10000 of each kind: 10000 and more says that there may be more to
--            remove
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
  newest timestamptz;   -- stays: _last_dispatch
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
    select n.ctid from taskqueue._names as n where n.queue_id = source_id and n.expires <= now order by n.expires
      limit 10000 for update skip locked));
  get diagnostics removed = row_count;
  total := total + removed;
  delete from taskqueue._dead_tasks where ctid = any (array(
    select d.ctid from taskqueue._dead_tasks as d where d.queue_id = source_id and d.expires <= now order by d.expires
      limit 10000 for update skip locked));
  get diagnostics removed = row_count;
  total := total + removed;
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
  'The dispatcher''s: remove what has expired in a queue: tombstones, dead tasks; add statistics up that are older '
  'than an hour.';
