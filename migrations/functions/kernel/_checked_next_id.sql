-- _checked_next_id: _next_id for a transaction that has already written something, or that asks for more than it may
-- have. It has few expressions, because each has to be prepared in each transaction, and no aggregate, which would cost
-- as much as the index scan.
--
-- Raises TQ018 beyond five tasks; TQ104 when transactional => false is not on its own in its transaction.
create or replace function taskqueue._checked_next_id(transactional boolean, count integer) returns bigint
language plpgsql volatile
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  own constant bigint := taskqueue._first_own_id();
  last bigint;
  added bigint;
begin
  select t.id into last from taskqueue._tasks as t where t.id between own and own + 104 order by t.id desc limit 1;
  if transactional and coalesce(last - own, -1) + count < 5 then
    return coalesce(last + 1, own);
  end if;
  added := coalesce(last - own + 1, 0);
  -- A session that finds the database to be a copy records that (_epoch), which gives its transaction an id before its
  -- first add. Several sessions may do so at once.
  if own is not null and not transactional and added = 0
     and extract(epoch from transaction_timestamp()) * 1000000 <= pg_sequence_last_value('taskqueue._adopted_at') then
    return own + 5;
  elsif own is not null and not transactional then
    perform taskqueue._raise('TQ104',
      'transactional => false needs a transaction of its own, and this one has already written or locked something',
      'Add the task in a statement of its own on another connection, or leave transactional out: '
      'up to five unnamed tasks per transaction.');
  elsif added > 5 then
    perform taskqueue._raise('TQ104',
      'this transaction has added tasks with transactional => false and can''t add more',
      'Call add with transactional => false in a statement of its own.');
  end if;
  perform taskqueue._raise('TQ018',
    format('a transaction must add at most 5 tasks: this one has added %s and asks for %s more', added, count),
    'Add one task that adds the others, split the transaction, or use transactional => false '
    'in a statement of its own (up to 100 tasks).',
    jsonb_build_object('limit', 5, 'added', added, 'asked', count));
  return null;
end
$$;
