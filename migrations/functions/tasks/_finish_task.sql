-- _finish_task: delete_task for the worker that has leased the task: one statement, because most workers finish one
-- task at a time. It runs as the owner, because delete_task does not.
--
-- Arguments  lease_token  not null
-- Returns    true, false: as delete_task; null: the queue is a push queue, where the token proves nothing
create or replace function taskqueue._finish_task(queue text, name text, lease_token uuid) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  task_id bigint;
  gone taskqueue._tasks;
begin
  if source.mode <> 'pull' or _finish_task.lease_token is null then
    return null;
  end if;
  task_id := taskqueue._find_task(source, _finish_task.name);
  if source.keep_completed <> 'none' then
    perform taskqueue._keep_completed(source, array[task_id], array[_finish_task.lease_token]);
  end if;
  delete from taskqueue._tasks as t
  where t.id = task_id and t.lease_token = _finish_task.lease_token
  returning t.* into gone;
  if gone.name is not null then
    perform taskqueue._add_tombstones(source.id, array[gone.name], array[gone.id]);
  end if;
  if gone.id is not null then
    perform taskqueue._count_deleted(source.id, 1);
  end if;
  return gone.id is not null;
end
$$;
