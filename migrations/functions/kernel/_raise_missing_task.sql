-- _raise_missing_task: says why there is no live task of this name.
--
-- Raises TQ011 when its name is a tombstone; TQ014 when there is no such task.
create or replace function taskqueue._raise_missing_task(queue taskqueue._queues, name text) returns void
language plpgsql stable as $$
declare
  tombstone taskqueue._names;
begin
  perform taskqueue._check_name(coalesce(name, ''));
  tombstone := taskqueue._find_tombstone(queue, name);
  if tombstone.task_id is not null then
    perform taskqueue._raise('TQ011',
      format('task %s of queue %s ended at %s', name, queue.name,
      taskqueue._show_time(coalesce(tombstone.ended, queue.purged_at))),
      'A task that has ended can''t be changed.',
        jsonb_build_object('queue', queue.name, 'name', name, 'ended',
        taskqueue._rfc3339(coalesce(tombstone.ended, queue.purged_at))));
  end if;
  perform taskqueue._raise('TQ014', format('queue %s has no task %s', queue.name, name),
    format('List the tasks: select name from taskqueue.list_tasks(%L);', queue.name),
    jsonb_build_object('queue', queue.name, 'name', name));
end
$$;
