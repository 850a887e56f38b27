-- _in_flight: how many tasks of a queue are held by a lease now, up to 5000 (_claimers).
create or replace function taskqueue._in_flight(queue_id integer, floor timestamptz,
  patience integer default 100) returns bigint
language sql stable as $$
  select cardinality(taskqueue._claimers(queue_id, floor, patience))::bigint
$$;
