-- delete_task: remove a task; its name becomes a tombstone. With a lease token only the holder of the lease can.
--
-- Arguments  queue        name of a queue, push or pull
--            name         of the task
--            lease_token  null: whoever knows the name may delete (App Engine's rule); else the task is deleted only if this is its last lease
-- Returns    true: deleted. false: there is no such task (any more), or the token is stale
-- Raises     TQ001 unknown queue
-- Example    select taskqueue.delete_task('pull', 'report-7', lease_token => '...');
-- Locks      the task's row.
create or replace function taskqueue.delete_task(queue text, name text, lease_token uuid default null) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_sort = off set enable_indexscan = on as $$
declare
  source constant taskqueue._queues := taskqueue._find_queue(queue);
  gone taskqueue._tasks;
begin
  delete from taskqueue._tasks as t
  where t.id = taskqueue._find_task(source, delete_task.name)
    and (delete_task.lease_token is null or t.lease_token = delete_task.lease_token)
  returning t.* into gone;
  if gone.name is not null then
    if delete_task.lease_token is null then
      perform taskqueue._let_go_of_names(source.id, array[gone.name], array[gone.id]);
    else
      perform taskqueue._entomb(source.id, array[gone.name], array[gone.id]);
    end if;
  end if;
  return gone.id is not null;
end
$$;

comment on function taskqueue.delete_task is 'Remove a task; its name becomes a tombstone. With a lease token only the holder of the lease can.';
