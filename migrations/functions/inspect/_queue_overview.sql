-- _queue_overview: what the view queues shows of a queue's tasks. The floor is read once for all of it, and an empty
-- queue costs one scan.
--
-- Returns    tasks       up to 100; 101: it has more
--            oldest_eta  _oldest_eta
--            in_flight   _in_flight, with a small max_gap
--            due, scheduled, oldest_due  _depth
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
begin
  tasks := taskqueue._count_tasks(queue.id, 100, floor, queue.purged);
  in_flight := 0;
  due := 0;
  scheduled := 0;
  if tasks > 0 then
    select d.due, d.scheduled, d.oldest_due into due, scheduled, oldest_due from taskqueue._depth(queue, floor) as d;
    oldest_eta := taskqueue._oldest_eta(queue.id, floor, queue.purged);
  end if;
  if tasks > 0 or queue.purged is not null then   -- purged tasks may be in flight
    in_flight := taskqueue._in_flight(queue.id, floor, 10);
  end if;
  if due = 0 and in_flight = 0 and scheduled > 0 then
    waits := taskqueue._waits(queue.id, floor, queue.purged);
  end if;
end
$$;
