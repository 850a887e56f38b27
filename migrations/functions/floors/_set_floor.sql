-- _set_floor: puts a queue's floor at a moment, in the form _floor reads. It takes effect immediately, whether or not
-- the transaction commits, and leaves no row version.
create or replace function taskqueue._set_floor(queue_id integer, floor timestamptz) returns void
language plpgsql volatile as $$
begin
  perform setval(('taskqueue._floor_' || queue_id)::regclass, taskqueue._epoch() << 51
    | least(greatest(2251799813685247 - (extract(epoch from floor) * 1000000 - 946684800000000)::bigint, 0),
      2251799813685247));
end
$$;
