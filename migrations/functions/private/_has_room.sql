-- _has_room: whether the tasks there are take less than so many bytes, as of ten seconds ago at most. Who finds the last measure older measures; meanwhile
-- the others go by the old one, and so do serializable transactions: reading all tasks would make them fail for one another's adds.
--
-- Locks      (8123010, 0) while it measures, if free.
create or replace function taskqueue._has_room(storage_limit bigint) returns boolean
language plpgsql volatile as $$
declare
  at constant bigint := (extract(epoch from taskqueue._now()) * 1000000)::bigint;
begin
  if coalesce(pg_sequence_last_value('taskqueue._storage_measured') not between at - 10000000 and at, true)
     and current_setting('transaction_isolation') <> 'serializable' and pg_try_advisory_lock(8123010, 0) then
    begin
      perform taskqueue._measure_storage(at);
    exception when query_canceled or others then
      perform pg_advisory_unlock(8123010, 0);
      raise;
    end;
    perform pg_advisory_unlock(8123010, 0);
  end if;
  return coalesce(pg_sequence_last_value('taskqueue._storage_bytes'), 0) < storage_limit;
end
$$;
