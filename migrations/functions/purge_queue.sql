-- purge_queue: remove every task that the queue has now, leased ones too. Requests in flight finish and are not retried; names become tombstones.
--
-- Returns    how many tasks were removed. A task that a transaction has added and not committed stays
-- Raises     TQ001 unknown queue
-- Example    select taskqueue.purge_queue('mail');
-- Locks      the tasks' rows.
create or replace function taskqueue.purge_queue(queue text) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
begin
  return taskqueue._remove_tasks((taskqueue._find_queue(queue)).id);
end
$$;

comment on function taskqueue.purge_queue is 'Remove every task that the queue has now, leased ones too.';
