-- _queue_overview: what the view queues shows of a queue's tasks. The floor is read once for all of it, and an empty
-- queue costs two short scans.
--
-- Of the index entries that are due, and of those for later, the leased ones are subtracted: so few rows are read.
--
-- Returns    tasks       up to 100; 101: it has more
--            oldest_eta  _oldest_eta
--            in_flight   _in_flight, with a small max_gap
--            due         tasks that wait although they are due, up to 100
--            scheduled   tasks that wait for their due time, up to 100
--            oldest_due  the earliest due time of those that are due; null: there is none
--            waits       why nothing is due or runs, although there are tasks (_waits)
create or replace function taskqueue._queue_overview(queue taskqueue._queues, out tasks bigint,
  out oldest_eta timestamptz, out in_flight bigint, out due bigint, out scheduled bigint,
  out oldest_due timestamptz, out waits text)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  floor constant timestamptz := taskqueue._floor(queue.id);
  now constant timestamptz := taskqueue._now();
  next constant timestamptz := greatest(floor, now + interval '1 microsecond');
  held_due integer := 0;
  held_later integer := 0;
begin
  due := taskqueue._count_tasks(queue.id, 100, floor, queue.purged, now);
  scheduled := taskqueue._count_tasks(queue.id, 100, next, queue.purged);
  tasks := least(due + scheduled, 101);
  in_flight := 0;
  if tasks > 0 then
    oldest_eta := taskqueue._oldest_eta(queue.id, floor, queue.purged);
  end if;
  if tasks > 0 or queue.purged is not null then   -- purged tasks may be in flight
    held_due := cardinality(taskqueue._claimers(queue.id, floor, 10, '{false}'));
    held_later := cardinality(taskqueue._claimers(queue.id, floor, 10, '{true}'));
    in_flight := held_due + held_later;
  end if;
  if held_due > 0 and due > 0 then
    due := taskqueue._count_tasks(queue.id, 100 + held_due, floor, queue.purged, now) - held_due;
  end if;
  if held_later > 0 and scheduled > 0 then
    scheduled := taskqueue._count_tasks(queue.id, 100 + held_later, next, queue.purged) - held_later;
  end if;
  due := greatest(0, least(due, 100));             -- of purged tasks that are held, none is counted
  scheduled := greatest(0, least(scheduled, 100));
  if due > 0 then
    oldest_due := (select t.due from taskqueue._tasks as t
      where t.queue_id = queue.id and t.due >= floor and t.due <= now and t.leased_until <= now
        and not taskqueue._is_purged(t.id, queue.purged)
      order by t.due limit 1);
  elsif scheduled > 0 and in_flight = 0 then
    waits := taskqueue._waits(queue.id, next, queue.purged);
  end if;
end
$$;
