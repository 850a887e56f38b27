-- A leased task has been worked on. Deleting another is an administrative act, and recorded (_audit).
--
-- Locks: the task's row.
create or replace function taskqueue.finish_task(queue text, name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  held record;
  leased boolean;
  gone text[];
begin
  select t.id, t.lease_token, t.leased_until into held from taskqueue._tasks as t
  where t.id = taskqueue._find_task(source, finish_task.name);
  leased := held.leased_until > taskqueue._now();
  if leased and source.keep_completed <> 'none' and source.mode = 'pull' then
    perform taskqueue._keep_completed(source, array[held.id], array[held.lease_token]);
  end if;
  gone := taskqueue._delete_named(source, array[name]);
  if gone <> '{}' and leased is not true then
    perform taskqueue._audit_deletion(source.name, gone);
  elsif gone <> '{}' and source.mode = 'pull' then
    perform taskqueue._count_deleted(source.id, 1);
  end if;
  return gone <> '{}';
end
$$;

comment on function taskqueue.finish_task is
$doc$For the REST API v1beta2, which has no lease tokens: deletes a task by its name.

Arguments:
- queue: name of the queue.
- name: name of the task.

Returns false when there is no such task.

Raises: TQ001 unknown queue.

Example:
    select taskqueue.finish_task('pull', 'report-7');$doc$;
