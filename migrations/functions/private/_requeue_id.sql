-- _requeue_id: an id for a task that is put back: the current transaction's, and a number that no add uses (105 to 127).
-- Raises TQ018 when the transaction has put back 23 tasks.
create or replace function taskqueue._requeue_id() returns bigint
language plpgsql volatile as $$
declare
  first constant bigint := (taskqueue._epoch() << 50) + pg_current_xact_id()::text::bigint * 128 + 105;
  free bigint;
begin
  select first + n into free from generate_series(0, 22) as n
  where not exists (select from taskqueue._tasks as t where t.id = first + n) order by n limit 1;
  if free is null then
    perform taskqueue._refuse('TQ018', 'a transaction may put back 23 tasks', 'Use a transaction for each.', jsonb_build_object('limit', 23));
  end if;
  return free;
end
$$;
