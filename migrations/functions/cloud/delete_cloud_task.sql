-- Locks: the task's row.
create or replace function taskqueue.delete_cloud_task(queue text, project text, location text, name text,
  mode text default 'push', eta timestamptz default null) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp as $$
declare
  source constant taskqueue._queues := taskqueue._visible_queue(queue, project, location, mode);
begin
  if eta is not null then
    perform taskqueue.delete_task_by_eta(queue, name, eta);
  elsif not (select d.deleted from taskqueue._delete_tasks(queue, array[name], null) as d) then
    perform taskqueue._raise_missing_task(source, name);
  end if;
end
$$;

comment on function taskqueue.delete_cloud_task is
$doc$For the Cloud Tasks API: deletes a task, dispatched or leased or not; its name becomes a tombstone.

Arguments:
- queue: name of a queue.
- project, location: the parent under which it is asked for.
- name: name of the task.
- mode: push or pull: what the queue has to be; null: either.
- eta: of a task of a pull queue: the end of the lease under which it was worked on, as delete_task_by_eta takes it;
  null: leases do not matter.

Raises: TQ001 unknown queue; TQ011 the task has ended; TQ014 unknown task; TQ021 a queue of another mode; TQ025 the
lease is over, or ends at another moment.

Example:
    select taskqueue.delete_cloud_task('mail', 'shop', 'eu', 'receipt-7');$doc$;
