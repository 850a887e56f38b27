-- _reset: for an emulator: removes all tasks, dead and completed ones too, and frees the names of tasks and of deleted
-- queues. Attempts under way finish and are not retried.
--
-- Locks: the rows of all queues, by name.
create or replace function taskqueue._reset() returns void
language plpgsql volatile as $$
declare
  source taskqueue._queues;
begin
  for source in select q.* from taskqueue._queues as q where q.deleted_at is null order by q.name loop
    perform taskqueue.purge_queue(source.name);
    delete from taskqueue._names as n where n.queue_id = source.id;
    delete from taskqueue._dead_tasks as d where d.queue_id = source.id;
    delete from taskqueue._completed_tasks as c where c.queue_id = source.id;
  end loop;
  update taskqueue._queues as q set deleted_at = q.deleted_at - interval '7 days' where q.deleted_at is not null;
end
$$;
