-- _queue_overview: what the view queues shows of a queue's tasks. The floor is read once for all of it, and an empty
-- queue costs one scan.
--
-- Returns    tasks       up to 100; 101: it has more
--            oldest_eta  _oldest_eta
--            in_flight   _in_flight, with a small max_gap
create or replace function taskqueue._queue_overview(queue taskqueue._queues, out tasks bigint,
  out oldest_eta timestamptz, out in_flight bigint)
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
  if tasks > 0 then
    oldest_eta := taskqueue._oldest_eta(queue.id, floor, queue.purged);
  end if;
  if tasks > 0 or queue.purged is not null then   -- purged tasks may be in flight
    in_flight := taskqueue._in_flight(queue.id, floor, 10);
  end if;
end
$$;
