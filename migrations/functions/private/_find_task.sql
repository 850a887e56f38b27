-- _find_task: the id of a live task by its name, given or generated; null: there is none.
create or replace function taskqueue._find_task(queue_id integer, name text) returns bigint
language plpgsql stable as $$
declare
  found bigint := taskqueue._find_generated(queue_id, name);
begin
  if found is null then
    select n.task_id into found from taskqueue._names as n
    where n.queue_id = _find_task.queue_id and n.name_hash = taskqueue._name_hash(_find_task.name) and n.expires is null;
  end if;
  return found;
end
$$;
