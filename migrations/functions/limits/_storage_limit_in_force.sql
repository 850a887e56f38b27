-- _storage_limit_in_force: most bytes of all tasks, by the queue file and by set_limits: the lesser. Null: nothing is
-- bound. Where only the number of tasks is, it is the most that there can be: not null means that adds measure.
create or replace function taskqueue._storage_limit_in_force() returns bigint
language sql stable as $$
  select min(case s.name when 'max_tasks' then taskqueue._storage_limit('1000T')
    else taskqueue._storage_limit(s.value) end)
  from taskqueue._settings as s where s.name in ('total_storage_limit', 'max_bytes', 'max_tasks')
$$;
