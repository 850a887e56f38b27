-- _drop_partition: drops a partition. Its parent is locked for a moment, so callers have a lock_timeout.
create or replace function taskqueue._drop_partition(partition regclass) returns void
language plpgsql volatile as $$
begin
  execute format('drop table %s', partition);
end
$$;
