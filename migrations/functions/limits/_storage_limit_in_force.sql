-- _storage_limit_in_force: most bytes of all tasks: the lower limit of the queue file and set_limits. Null: nothing is
-- limited. If only the number of tasks is limited, it is the highest possible limit: a limit that is not null makes
-- adds measure.
create or replace function taskqueue._storage_limit_in_force() returns bigint
language sql stable as $$
  select min(case s.name when 'max_tasks' then taskqueue._storage_limit('1000T')
    else taskqueue._storage_limit(s.value) end)
  from taskqueue._settings as s where s.name in ('total_storage_limit', 'max_bytes', 'max_tasks')
$$;
