-- _in_flight: how many tasks of a queue are held by a lease now, up to 5000.
--
-- Leases are given in the order of the index, so it is read from its beginning, until so many tasks in a row (patience) are free. What has been
-- leased for long stands behind the end of its lease (advance_floor), among the tasks of later: there patience is ten times as long. Whoever calls
-- it pins the plans.
create or replace function taskqueue._in_flight(queue_id integer, floor timestamptz, patience integer default 100) returns bigint
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  held bigint := 0;
  free integer := 0;
  leased_until timestamptz;
begin
  for leased_until in
    select t.leased_until from taskqueue._tasks as t
    where t.queue_id = _in_flight.queue_id and t.due >= floor and t.due <= now order by t.due
  loop
    held := held + (leased_until > now)::integer;
    free := case when leased_until > now then 0 else free + 1 end;
    exit when free >= patience or held >= 5000;
  end loop;
  free := 0;
  for leased_until in
    select t.leased_until from taskqueue._tasks as t
    where t.queue_id = _in_flight.queue_id and t.due > now and t.due >= floor order by t.due
  loop
    exit when free >= patience * 10 or held >= 5000;
    held := held + (leased_until > now)::integer;
    free := case when leased_until > now then 0 else free + 1 end;
  end loop;
  return held;
end
$$;
