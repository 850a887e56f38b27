-- _depth: how many tasks of a queue wait, those that are due apart from those for later, up to 100 each. Needs the
-- plans that its callers pin.
--
-- Returns    due         tasks that wait although they are due
--            scheduled   tasks that wait for their due time
--            oldest_due  the earliest due time of those that are due; null: there is none
create or replace function taskqueue._depth(queue taskqueue._queues, floor timestamptz, out due bigint,
  out scheduled bigint, out oldest_due timestamptz)
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
begin
  select count(*), min(w.due) into due, oldest_due
  from (select t.due from taskqueue._tasks as t
        where t.queue_id = queue.id and t.due >= floor and t.due <= now and t.leased_until <= now
          and not taskqueue._is_purged(t.id, queue.purged)
        order by t.due limit 100) as w;
  select count(*) into scheduled
  from (select from taskqueue._tasks as t
        where t.queue_id = queue.id and t.due > greatest(floor, now) and t.leased_until <= now
          and not taskqueue._is_purged(t.id, queue.purged)
        order by t.due limit 100) as w;
end
$$;
