-- _add_tasks: what add and add_tasks do once their arguments are tasks: check all, take ids and names, store, wake. Gives one row a task, in order;
-- `eta` and `created` are those of the task that exists, null for a tombstone.
--
-- Order (App Engine's): too many tasks, names twice in one call, the rules of a transactional add, then every task by itself; nothing is added unless
-- all of them pass. Only names that are in use are answers and no errors.
create or replace function taskqueue._add_tasks(queue text, tasks taskqueue._new_task[], transactional boolean, wake boolean)
returns setof taskqueue.add_result
language plpgsql volatile as $$
declare
  target taskqueue._queues;
  first_id bigint;
  built taskqueue._tasks[] := '{}';
  one taskqueue._tasks;
  named jsonb := '{}';       -- result by name
begin
  perform taskqueue._check_batch(tasks, transactional);
  first_id := taskqueue._next_id(transactional, cardinality(tasks));
  target := taskqueue._find_queue(queue);
  for i in 1 .. cardinality(tasks) loop
    one := taskqueue._build_task(target, tasks[i]);
    one.id := first_id + i - 1;
    built := built || one;
  end loop;
  if exists (select from unnest(built) as b where b.name is not null) then
    select jsonb_object_agg(c.name, c.result) into named
    from taskqueue._claim_names(target.id, (select array_agg(b.name) from unnest(built) as b where b.name is not null),
                                (select array_agg(b.id) from unnest(built) as b where b.name is not null)) as c;
  end if;
  return query
    with stored as materialized (
      select * from taskqueue._insert_tasks(array(select b from unnest(built) as b where coalesce(named ->> b.name, 'added') = 'added'))
    )
    select (b.id - first_id)::integer, coalesce(b.name, taskqueue._name(s.id, s.created)), coalesce(named ->> b.name, 'added'),
           coalesce(s.due, e.due), coalesce(s.created, e.created)
    from unnest(built) as b
    left join stored as s on s.id = b.id
    left join taskqueue._tasks as e on named ->> b.name = 'exists' and e.id = taskqueue._find_task(target.id, b.name)
    order by b.id;
  if wake and target.mode = 'push' then
    perform taskqueue._wake(target.name);
  end if;
end
$$;
