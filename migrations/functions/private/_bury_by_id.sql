-- _bury_by_id: _bury_task for a predicate: true once the task has gone. Asked of the rows that are out of retries, before an update that is for the others.
create or replace function taskqueue._bury_by_id(id bigint, reason text) returns boolean
language plpgsql volatile as $$
begin
  perform taskqueue._bury_task(t, reason) from taskqueue._tasks as t where t.id = _bury_by_id.id;
  return true;
end
$$;
