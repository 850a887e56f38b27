-- _floor: the moment before which a queue has no live task, as far as is known; where claims and leases begin their walk.
create or replace function taskqueue._floor(queue_id integer) returns timestamptz
language sql stable as $$
  select coalesce(timestamptz 'epoch' + pg_sequence_last_value(('taskqueue._floor_' || queue_id)::regclass) * interval '1 microsecond', '-infinity')
$$;
