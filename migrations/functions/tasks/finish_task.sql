-- finish_task: the REST API v1beta2's: remove a task by its name: it knows no lease tokens. A task that is leased has
-- been worked on; to remove another is an act, and on record (_audit).
--
-- Returns    false: there is no such task
-- Raises     TQ001 unknown queue
-- Locks      the task's row.
create or replace function taskqueue.finish_task(queue text, name text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  leased constant boolean := (select t.leased_until > taskqueue._now() from taskqueue._tasks as t
    where t.id = taskqueue._find_task(source, finish_task.name));
  gone constant text[] := taskqueue._delete_named(source, array[name]);
begin
  if gone <> '{}' and leased is not true then
    perform taskqueue._audit_deletion(source.name, gone);
  end if;
  return gone <> '{}';
end
$$;

comment on function taskqueue.finish_task is 'The REST API''s: remove a task by its name, without a lease token.';
