-- _add_partitions: creates the partitions of a table for the current hour, day or week and for the next two.
--
-- Arguments  parent, step  as for _add_partition
create or replace function taskqueue._add_partitions(parent text, step text) returns void
language sql volatile as $$
  select taskqueue._add_partition(parent, step,
    date_trunc(step, taskqueue._now(), 'UTC') + ahead * ('1 ' || step)::interval)
  from generate_series(0, 2) as ahead
$$;
