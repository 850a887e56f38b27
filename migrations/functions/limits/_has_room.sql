-- _has_room: whether the tasks there are take less than so many bytes, as of ten seconds ago at most. Who finds the
-- last measure older measures; meanwhile the others go by the old one, and so do serializable transactions: reading all
-- tasks would make them fail for one another's adds. No lock: the time is noted first, and seen by all at once. Two
-- that read it in the same instant both measure; one that fails leaves it to whoever adds ten seconds later.
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
