-- _lower_floor: lowers a queue's floor to the first live task below it, and to `most` in any case. Returns where it is
-- then. If something is recorded for a moment later than now, the clock was set back, and leases are shortened
-- accordingly (_shorten_leases).
create or replace function taskqueue._lower_floor(queue_id integer,
  most timestamptz default 'infinity') returns timestamptz
language plpgsql volatile as $$
declare
  floor constant timestamptz := taskqueue._floor(queue_id);
  lowered timestamptz;
  now constant timestamptz := taskqueue._now();
  set_back constant boolean := exists (select from taskqueue._statistics as s
    where s.queue_id = _lower_floor.queue_id and s.at > now + interval '1 second');
begin
  select t.due into lowered from taskqueue._tasks as t where t.queue_id = _lower_floor.queue_id and t.due < floor
    order by t.due limit 1;
  lowered := least(floor, most, lowered, case when set_back then now end);
  if lowered < floor then
    perform taskqueue._set_floor(queue_id, lowered);
  end if;
  if set_back then
    perform taskqueue._shorten_leases(queue_id, lowered);
  end if;
  return lowered;
end
$$;
