-- _next_id: the first of `count` ids for tasks that the current transaction adds. It also enforces the limit of five
-- tasks.
--
-- id = epoch * 2^50 + xid8 * 128 + n. The transaction's own rows say how many tasks it has added, so nothing else is
-- counted or stored, rolling back to a savepoint frees their numbers, and nothing can be tampered with. n is 0 to 4 in
-- a transactional add and 5 to 104 with transactional => false; 105 to 127 are for requeued tasks (_requeue_ids). The
-- epoch keeps the ids of a restored dump apart (_epoch). A transaction that has written nothing has added nothing: for
-- that case this is one expression, which PostgreSQL inlines.
--
-- Raises what _checked_next_id raises.
create or replace function taskqueue._next_id(transactional boolean, count integer) returns bigint
language sql volatile as $$
  select case when pg_current_xact_id_if_assigned() is null and (count <= 5 or not transactional)
              then (taskqueue._epoch() << 50) + pg_current_xact_id()::text::bigint * 128 + case
                when transactional then 0 else 5 end
              else taskqueue._checked_next_id(transactional, count) end
$$;
