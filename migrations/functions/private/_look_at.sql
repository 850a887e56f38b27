-- _look_at: what the list of queues shows of a queue's tasks. One function for the three, because entering one that pins its plans costs more than looking.
--
-- Returns    tasks       up to 100; 101: it has more
--            oldest_eta  _oldest_eta
--            in_flight   _in_flight, with little patience
create or replace function taskqueue._look_at(queue_id integer, out tasks bigint, out oldest_eta timestamptz, out in_flight bigint)
language plpgsql stable security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $$
begin
  tasks := taskqueue._count_tasks(queue_id, 100);
  in_flight := 0;
  if tasks > 0 then
    oldest_eta := taskqueue._oldest_eta(queue_id);
  end if;
  if tasks > 0 or exists (select from taskqueue._queues as q where q.id = queue_id and q.purged is not null) then   -- purged tasks may be in flight
    in_flight := taskqueue._in_flight(queue_id, 10);
  end if;
end
$$;
