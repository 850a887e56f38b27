-- _requeue_ids: ids for tasks that are put back: the current transaction's, and numbers that no add uses (105 to 127).
-- Raises TQ018 when the transaction would have put back more than 23 tasks.
create or replace function taskqueue._requeue_ids(tasks integer) returns bigint[]
language plpgsql volatile as $$
declare
  first constant bigint := (taskqueue._epoch() << 50) + pg_current_xact_id()::text::bigint * 128 + 105;
  free constant bigint[] := array(
    select first + n from generate_series(0, 22) as n
      where not exists (select from taskqueue._tasks as t where t.id = first + n) order by n limit tasks);
begin
  if cardinality(free) < tasks then
    perform taskqueue._raise('TQ018', 'a transaction may put back 23 tasks', 'Use a transaction for each.',
      jsonb_build_object('limit', 23));
  end if;
  return free;
end
$$;
