-- _requeue_ids: ids for tasks that are requeued: the current transaction's, with numbers that no add uses (105 to 127).
--
-- Raises TQ018 when the transaction would have requeued more than 23 tasks.
create or replace function taskqueue._requeue_ids(tasks integer) returns bigint[]
language plpgsql volatile as $$
declare
  first constant bigint := (taskqueue._epoch() << 50) + pg_current_xact_id()::text::bigint * 128 + 105;
  free constant bigint[] := array(
    select first + n from generate_series(0, 22) as n
      where not exists (select from taskqueue._tasks as t where t.id = first + n) order by n limit tasks);
begin
  if cardinality(free) < tasks then
    perform taskqueue._raise('TQ018', 'a transaction must requeue at most 23 tasks',
      'Requeue the others in another transaction.',
      jsonb_build_object('limit', 23));
  end if;
  return free;
end
$$;
