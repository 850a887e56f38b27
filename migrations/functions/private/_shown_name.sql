-- _shown_name: a task's name, given or generated.
create or replace function taskqueue._shown_name(task taskqueue._tasks) returns text
language sql stable as $$ select coalesce(task.name, taskqueue._name(task.id, task.created)) $$;
