-- _delete_tasks: delete_tasks for roles that may delete any task (operators): of any queue, with lease tokens or
-- without. Deleting tasks without their tokens is an administrative act, and recorded (_audit). It runs as the owner,
-- because delete_tasks does not.
create or replace function taskqueue._delete_tasks(queue text, names text[],
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
  unproven text[];
begin
  perform taskqueue._check_names_count(names);
  source := taskqueue._find_queue(_delete_tasks.queue);
  if lease_tokens is null then
    gone := taskqueue._delete_named(source, names);
    unproven := gone;
  else
    gone := taskqueue._delete_leased(source, names, lease_tokens);
    if array_position(lease_tokens, null) is not null or cardinality(lease_tokens) < cardinality(names) then
      unproven := array(select n.name from unnest(names, lease_tokens) as n(name, token)
        where n.token is null and n.name = any (gone));
    end if;
  end if;
  if source.mode = 'pull' and cardinality(gone) > coalesce(cardinality(unproven), 0) then
    perform taskqueue._count_deleted(source.id, cardinality(gone) - coalesce(cardinality(unproven), 0));
  end if;
  if unproven <> '{}' then
    perform taskqueue._audit_deletion(source.name, unproven);
  end if;
  if cardinality(gone) = cardinality(names) then
    return query select n.name, true from unnest(names) as n(name);
  else
    return query select n.name, coalesce(n.name = any (gone), false)
      from unnest(names) with ordinality as n(name, position) order by n.position;
  end if;
end
$$;
