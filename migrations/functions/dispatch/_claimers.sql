-- _claimers: for each task of a queue that is leased now, up to 5000, the number of the dispatcher that claimed it
-- (_claimer).
--
-- Leases are given in the order of the index, so it is read from its beginning until max_gap tasks in a row are free.
-- Tasks that have been leased for long stand behind the end of their lease (advance_floor), among later tasks: there
-- the gap may be ten times as long. Needs the plans that its callers pin.
create or replace function taskqueue._claimers(queue_id integer, floor timestamptz,
  max_gap integer default 100) returns integer[]
language plpgsql stable as $$
declare
  now constant timestamptz := taskqueue._now();
  claimers integer[] := '{}';
  held integer := 0;
  free integer;
  later boolean;
  found record;
begin
  foreach later in array array[false, true] loop
    free := 0;
    for found in
      select t.leased_until > now as leased, case
        when t.leased_until > now then taskqueue._claimer(t.lease_token) end as claimer from taskqueue._tasks as t
      where t.queue_id = _claimers.queue_id and t.due >= case
        when later then greatest(floor, now + interval '1 microsecond') else floor end
        and t.due <= case when later then 'infinity' else now end
      order by t.due
    loop
      exit when held >= 5000 or free >= case when later then max_gap * 10 else max_gap end;
      if found.leased then
        claimers := claimers || found.claimer;
        held := held + 1;
        free := 0;
      else
        free := free + 1;
      end if;
    end loop;
  end loop;
  return claimers;
end
$$;
