-- _finish_tasks: delete_tasks for workers: tasks of pull queues that they have leased, each by its lease token. It runs
-- as the owner, because delete_tasks does not.
--
-- Raises TQ021 for a push queue; 42501 for a task without a token.
create or replace function taskqueue._finish_tasks(queue text, names text[],
  lease_tokens uuid[]) returns table (name text, deleted boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  source taskqueue._queues;
  gone text[];
begin
  perform taskqueue._check_names_count(names);
  source := taskqueue._find_queue(_finish_tasks.queue);
  if source.mode <> 'pull' then
    perform taskqueue._raise('TQ021',
      format('queue %s is a push queue: its tasks are dispatched and can''t be leased', source.name),
      'Workers delete tasks of pull queues. Deleting others takes the role: grant taskqueue_operator to ...;',
        jsonb_build_object('queue', source.name, 'mode', source.mode));
  end if;
  if cardinality(names) > 0
      and (lease_tokens is null or cardinality(lease_tokens) < cardinality(names)
      or array_position(lease_tokens, null) is not null) then
    perform taskqueue._raise('42501',
      'lease_tokens must have a token for each task: a worker deletes only tasks it has leased',
      'Pass the lease_token of each leased task. Deleting tasks by name alone takes the role: '
      'grant taskqueue_operator to ...;');
  end if;
  gone := taskqueue._delete_leased(source, names, lease_tokens);
  if gone <> '{}' then
    perform taskqueue._count_deleted(source.id, cardinality(gone));
  end if;
  if cardinality(gone) = cardinality(names) then
    return query select n.name, true from unnest(names) as n(name);
  else
    return query select n.name, coalesce(n.name = any (gone), false)
      from unnest(names) with ordinality as n(name, position) order by n.position;
  end if;
end
$$;
