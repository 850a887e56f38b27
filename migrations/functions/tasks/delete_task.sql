-- delete_task: remove a task; its name becomes a tombstone. With a lease token only the holder of the lease can. It
-- runs as the caller, as delete_tasks does.
--
-- Arguments  queue        name of a queue, push or pull; a worker's: pull
--            name         of the task
--            lease_token  null: whoever knows the name may delete (App Engine's rule), if he has the rights of
--                         taskqueue_operator; else the task is deleted
--                         only if this is its last lease
-- Returns    true: deleted. false: there is no such task (any more), or the token is stale
-- Raises     TQ001 unknown queue; a worker's: TQ021 a push queue; 42501 without a token
-- Example    select taskqueue.delete_task('pull', 'report-7', lease_token => '...');
-- Locks      the task's row.
create or replace function taskqueue.delete_task(queue text, name text, lease_token uuid default null) returns boolean
language plpgsql volatile
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  finished boolean;
begin
  if lease_token is not null then
    finished := taskqueue._finish_task(queue, name, lease_token);
    if finished is not null then
      return finished;
    end if;
  end if;
  return (select d.deleted
    from taskqueue.delete_tasks(queue, array[name], case
    when lease_token is not null then array[lease_token] end) as d);
end
$$;

comment on function taskqueue.delete_task is
  'Remove a task; its name becomes a tombstone. With a lease token only the holder of the lease can.';
