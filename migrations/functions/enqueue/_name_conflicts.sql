-- _name_conflicts: the answers of add_tasks for the tasks whose names are not available, each at its place; the others
-- are null.
create or replace function taskqueue._name_conflicts(queue taskqueue._queues, tasks taskqueue._tasks[],
  refused jsonb) returns taskqueue.add_result[]
language plpgsql stable as $$
declare
  answers taskqueue.add_result[];
  living record;
begin
  for i in 1 .. cardinality(tasks) loop
    if refused ? tasks[i].name then
      select t.due, t.created into living from taskqueue._tasks as t
      where refused ->> tasks[i].name = 'exists' and t.id = taskqueue._find_task(queue, tasks[i].name);
      answers[i] := row(i - 1, tasks[i].name, refused ->> tasks[i].name, living.due, living.created);
    end if;
  end loop;
  return answers;
end
$$;
