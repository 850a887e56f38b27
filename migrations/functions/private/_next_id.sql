-- _next_id: the first of `count` ids for tasks that the current transaction adds, and the guard of the five-task limit.
--
-- id = xid8 · 128 + n: the transaction's own rows say what it has added, so that nothing else is counted or kept, rolling back to a savepoint gives places
-- back, and there is nothing to tamper with. n is 0 … 4 in a transactional add, 5 … 104 with transactional => false; 105 … 127 are for tasks that are put
-- back (_requeue_id).
-- Raises TQ018 beyond five tasks · TQ104 when transactional => false does not stand alone.
create or replace function taskqueue._next_id(transactional boolean, count integer) returns bigint
language plpgsql volatile as $$
declare
  own bigint := pg_current_xact_id_if_assigned()::text::bigint * 128;  -- null: a transaction that has written nothing has added nothing
  added integer := 0;
begin
  if own is not null then
    if not transactional then
      perform taskqueue._refuse('TQ104', 'transactional => false needs a transaction of its own, and this one has written or locked something already',
        'Add it in a statement of its own, on another connection, or leave transactional => false out: five unnamed tasks a transaction.');
    end if;
    added := taskqueue._added(own);
    if added > 5 then
      perform taskqueue._refuse('TQ104', 'this transaction has added tasks with transactional => false and can add no more',
        'Such an add is for a statement of its own.');
    end if;
  end if;
  if transactional and added + count > 5 then
    perform taskqueue._refuse('TQ018', format('a transaction may add 5 tasks; this one has added %s and asks for %s more', added, count),
      'Add one task that adds the others, use transactional => false in a statement of its own (up to 100), or split the transaction.',
      jsonb_build_object('limit', 5, 'added', added, 'asked', count));
  end if;
  return pg_current_xact_id()::text::bigint * 128 + case when transactional then added else 5 end;
end
$$;
