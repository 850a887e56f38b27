-- _find_task: the id of a live task by its name, given or generated; null: there is none.
create or replace function taskqueue._find_task(queue taskqueue._queues, name text) returns bigint
language plpgsql stable as $$
declare
  found bigint := taskqueue._find_generated(queue, name);
begin
  if found is null then
    select n.task_id into found from taskqueue._names as n
    where n.queue_id = queue.id and n.name_hash = taskqueue._name_hash(_find_task.name) and n.expires is null
      and not taskqueue._is_purged(n.task_id, queue.purged);
  end if;
  return found;
end
$$;
