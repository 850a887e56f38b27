-- It runs as the caller, as delete_tasks does.
--
-- Locks: the task's row.
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
    from taskqueue.delete_tasks(queue, array[name],
                                 case when lease_token is not null then array[lease_token] end) as d);
end
$$;

comment on function taskqueue.delete_task is
$doc$Deletes a task; its name becomes a tombstone. With a lease token, only the last lease of the task can.

Arguments:
- queue: name of a queue, push or pull; for a worker: pull.
- name: name of the task.
- lease_token: null: anyone who knows the name may delete the task (App Engine's rule), with the rights of
  taskqueue_operator. Otherwise the task is deleted only if this is the token of its last lease.

Returns true: the task was deleted; false: there is no such task (any more), or the token is stale.

Raises: TQ001 unknown queue; for a worker: TQ021 a push queue, 42501 without a token.

Example:
    select taskqueue.delete_task('pull', 'report-7', lease_token => '...');$doc$;
