-- Locks: the task's row.
create or replace function taskqueue.delete_cloud_task(queue text, project text, location text, name text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  source constant taskqueue._queues := taskqueue._visible_push_queue(queue, project, location);
begin
  if not (select d.deleted from taskqueue._delete_tasks(queue, array[name], null) as d) then
    perform taskqueue._raise_missing_task(source, name);
  end if;
end
$$;

comment on function taskqueue.delete_cloud_task is
$doc$For the Cloud Tasks API: deletes a task, dispatched or not; its name becomes a tombstone.

Arguments:
- queue: name of a push queue.
- project, location: the parent under which it is asked for.
- name: name of the task.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a pull queue.

Example:
    select taskqueue.delete_cloud_task('mail', 'shop', 'eu', 'receipt-7');$doc$;
