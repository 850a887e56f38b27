-- remove_target: forget where a target is. Its tasks then fail with Unknown Target and are retried.
--
-- Returns    false: there was no such target
-- Example    select taskqueue.remove_target('worker');
create or replace function taskqueue.remove_target(name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  removed boolean;
begin
  delete from taskqueue._targets as t where t.name = remove_target.name;
  removed := found;
  perform taskqueue._queue_changed('');
  return removed;
end
$$;

comment on function taskqueue.remove_target is 'Forget where a target is. Its tasks then fail with Unknown Target and are retried.';
