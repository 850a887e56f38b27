-- _next_id: the first of `count` ids for tasks that the current transaction adds, and the guard of the five-task limit.
--
-- id = xid8 · 128 + n, n = how many tasks this transaction has added. The last id given is kept in a setting that is local to the transaction:
-- rolling back to a savepoint takes rows and setting back together. Whoever tampers with the setting only meets a row of the same transaction
-- under the id that is next: that is refused too. A transaction that adds with transactional => false uses its counter up at once.
-- Raises TQ018 beyond five tasks · TQ104 when transactional => false does not stand alone.
create or replace function taskqueue._next_id(transactional boolean, count integer) returns bigint
language plpgsql volatile as $$
declare
  written constant boolean := pg_current_xact_id_if_assigned() is not null;   -- a transaction that has written nothing has added nothing
  xid bigint;
  last text;
  n integer := 0;
begin
  if written then
    if not transactional then
      perform taskqueue._refuse('TQ104', 'transactional => false needs a transaction of its own, and this one has written or locked something already',
        'Add it in a statement of its own, on another connection, or leave transactional => false out: five unnamed tasks a transaction.');
    end if;
    last := current_setting('taskqueue.last_id', true);
  end if;
  xid := pg_current_xact_id()::text::bigint;
  if last ~ '^[0-9]{1,18}\Z' and last::bigint / 128 = xid then
    n := last::bigint % 128 + 1;
  end if;
  if n > 100 then
    perform taskqueue._refuse('TQ104', 'this transaction has added tasks with transactional => false and can add no more',
      'Such an add is for a statement of its own.');
  end if;
  if transactional and n + count > 5 then
    perform taskqueue._refuse('TQ018', format('a transaction may add 5 tasks; this one has added %s and asks for %s more', n, count),
      'Add one task that adds the others, use transactional => false in a statement of its own (up to 100), or split the transaction.',
      jsonb_build_object('limit', 5, 'added', n, 'asked', count));
  end if;
  if written then
    for i in n .. n + count - 1 loop
      if exists (select from taskqueue._tasks as own where own.id = xid * 128 + i) then
        perform taskqueue._refuse('TQ018', 'a transaction may add 5 tasks, and this one''s count was tampered with',
          'Leave the setting taskqueue.last_id alone.', jsonb_build_object('limit', 5));
      end if;
    end loop;
  end if;
  perform set_config('taskqueue.last_id', (xid * 128 + case when transactional then n + count - 1 else 127 end)::text, true);
  return xid * 128 + n;
end
$$;
