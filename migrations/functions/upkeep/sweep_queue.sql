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
  forgotten timestamptz;
  removed bigint;
  total bigint := 0;
begin
  select * into source from taskqueue._queues as q where q.name = queue and q.deleted_at is null;
  source_id := source.id;
  if source_id is null then
    return 0;
  end if;
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
  delete from taskqueue._blockers where ctid = any (array(
    select h.ctid from taskqueue._blockers as h
    where h.queue_id = source_id
      and h.at < least(now - interval '3600 seconds',
                       (select max(l.at) from taskqueue._blockers as l where l.queue_id = source_id))
    order by h.at limit 10000));
  get diagnostics removed = row_count;
  total := total + removed;
  return total + removed + taskqueue._sweep_deferred(source);
end
$$;

comment on function taskqueue.sweep_queue is
$doc$For dispatchers: removes what has expired in a queue: tombstones, dead tasks, blockers older than an hour, and
deferred payloads whose task is gone. It also lowers the floor to a live task below it (the clock was set back, or the
database was restored). Called about once a minute; nothing depends on the rest, because what has expired has no effect,
swept or not. sweep_attempts removes old attempts and statistics.

Arguments:
- queue: name of the queue.

Returns the number of removed rows, at most 10000 of each kind; 10000 and more means that there may be more to remove.

Example:
    select taskqueue.sweep_queue('mail');$doc$;
