-- _in_flight: how many tasks of a queue are leased now, up to 5000 (_claimers).
create or replace function taskqueue._in_flight(queue_id integer, floor timestamptz,
  max_gap integer default 100) returns bigint
language sql stable as $$
  select cardinality(taskqueue._claimers(queue_id, floor, max_gap))::bigint
$$;
