create or replace function taskqueue.remove_target(name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  removed taskqueue._targets;
begin
  delete from taskqueue._targets as t where t.name = remove_target.name returning t.* into removed;
  if removed.name is null then
    return false;
  end if;
  perform taskqueue._queue_changed('');
  perform taskqueue._audit('remove', 'target ' || removed.name, to_jsonb(removed), null);
  return true;
end
$$;

comment on function taskqueue.remove_target is
$doc$Removes a target. Its tasks then fail with Unknown Target and are retried.

Arguments:
- name: name of the target.

Returns false when there was no such target.

Example:
    select taskqueue.remove_target('worker');$doc$;
