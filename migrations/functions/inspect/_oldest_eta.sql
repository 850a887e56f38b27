-- _oldest_eta: the earliest ETA of a queue's tasks, from the floor on; null: it has none. Leased tasks count with the
-- end of their lease. Needs the plans that its callers pin.
create or replace function taskqueue._oldest_eta(queue_id integer, floor timestamptz,
  purged pg_snapshot) returns timestamptz
language plpgsql stable as $$
declare
  walked record;
  oldest timestamptz;
  leased integer := 0;
begin
  for walked in
    select t.id, t.due, t.leased_until from taskqueue._tasks as t
      where t.queue_id = _oldest_eta.queue_id and t.due >= floor order by t.due
  loop
    continue when taskqueue._is_purged(walked.id, purged);
    oldest := least(oldest, greatest(walked.due, walked.leased_until));
    exit when walked.leased_until <= walked.due or walked.due >= oldest or leased >= 5000;
    leased := leased + 1;
  end loop;
  return oldest;
end
$$;
