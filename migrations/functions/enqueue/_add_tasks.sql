-- _add_tasks: the long way of add_tasks: checks all tasks, takes ids and names, stores the tasks, wakes the dispatcher.
-- Returns one row per task, in order; eta and created are those of the existing task, or null for a tombstone.
--
-- Order of the checks (App Engine's): too many tasks, names twice in one call, the rules of a transactional add, then
-- each task by itself. Nothing is added unless all of them pass. Names in use are answers; everything else is an error.
create or replace function taskqueue._add_tasks(queue text, tasks taskqueue._new_task[], transactional boolean,
  wake boolean)
returns setof taskqueue.add_result
language plpgsql volatile as $$
declare
  target taskqueue._queues;
  first_id bigint;
  built taskqueue._tasks[];
  one taskqueue._tasks;
  refused jsonb := '{}';                -- exists or tombstoned, by name
  answers taskqueue.add_result[];
begin
  perform taskqueue._check_names(tasks);
  if transactional then
    perform taskqueue._check_transactional(tasks);
  end if;
  first_id := taskqueue._next_id(transactional, cardinality(tasks));
  target := taskqueue._find_queue(queue);
  perform taskqueue._check_room(target.storage_limit);
  for i in 1 .. cardinality(tasks) loop
    one := taskqueue._build_task(target, tasks[i]);
    one.id := first_id + i - 1;
    built[i] := one;
  end loop;
  if not transactional then             -- transactional tasks have no names
    refused := taskqueue._claim_names(target, built);
    if refused <> '{}' then
      answers := taskqueue._name_conflicts(target, built, refused);
      built := array(select b from unnest(built) as b where not coalesce(refused ? b.name, false) order by b.id);
    end if;
  end if;
  for one in select * from taskqueue._insert_tasks(built) loop
    answers[one.id - first_id + 1] := row(one.id - first_id, coalesce(one.name, taskqueue._name(one.id, one.created)),
      'added', one.due, one.created);
  end loop;
  if wake then
    perform taskqueue._wake(target.id, target.name);
  end if;
  return query select a.* from unnest(answers) as a order by a.index;
end
$$;
