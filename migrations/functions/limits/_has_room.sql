-- _has_room: whether the stored tasks take less than this many bytes, as of at most ten seconds ago. The session that
-- finds the last measurement older measures; meanwhile the others use the old one, and so do serializable transactions,
-- which would fail for one another's adds if they read all tasks. There is no lock: the time is recorded first, and all
-- sessions see it immediately. Two that read it in the same instant both measure; if one fails, an add ten seconds
-- later measures.
create or replace function taskqueue._has_room(storage_limit bigint) returns boolean
language plpgsql volatile as $$
declare
  at constant bigint := (extract(epoch from taskqueue._now()) * 1000000)::bigint;
begin
  if coalesce(pg_sequence_last_value('taskqueue._storage_measured') not between at - 10000000 and at, true)
     and current_setting('transaction_isolation') <> 'serializable' then
    perform setval('taskqueue._storage_measured', at);
    perform taskqueue._measure_storage();
  end if;
  return coalesce(pg_sequence_last_value('taskqueue._storage_bytes'), 0) < storage_limit;
end
$$;
