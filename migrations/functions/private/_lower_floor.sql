-- _lower_floor: take a queue's floor down to the first live task below it, and to `most` at any rate. Tells where it is then.
create or replace function taskqueue._lower_floor(queue_id integer, most timestamptz default 'infinity') returns timestamptz
language plpgsql volatile as $$
declare
  floor constant timestamptz := taskqueue._floor(queue_id);
  lowered timestamptz;
begin
  select t.due into lowered from taskqueue._tasks as t where t.queue_id = _lower_floor.queue_id and t.due < floor order by t.due limit 1;
  lowered := least(floor, most, lowered);
  if lowered < floor then
    perform taskqueue._set_floor(queue_id, lowered);
  end if;
  return lowered;
end
$$;
