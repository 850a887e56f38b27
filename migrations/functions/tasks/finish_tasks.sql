-- A leased task has been worked on. Deleting another is an administrative act, and recorded (_audit).
--
-- Locks: the tasks' rows, in the order of their ids.
create or replace function taskqueue.finish_tasks(queue text, names text[]) returns table (name text, result text)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off
set enable_hashjoin = off set enable_mergejoin = off
set enable_indexscan = on
set jit = off set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_column
declare
  source taskqueue._queues;
  held record;
  gone text[];
  unleased text[];
begin
  perform taskqueue._check_names_count(names);
  source := taskqueue._find_queue(finish_tasks.queue);
  select array_agg(t.id) as ids, array_agg(t.lease_token) as lease_tokens, array_agg(n.name) as names into held
  from unnest(names) as n(name), taskqueue._tasks as t
  where t.id = taskqueue._find_task(source, n.name) and t.leased_until > taskqueue._now();
  if held.ids is not null and source.keep_completed <> 'none' and source.mode = 'pull' then
    perform taskqueue._keep_completed(source, held.ids, held.lease_tokens);
  end if;
  gone := taskqueue._delete_named(source, names);
  unleased := array(select g.name from unnest(gone) as g(name) where g.name = any (held.names) is not true);
  if unleased <> '{}' then
    perform taskqueue._audit_deletion(source.name, unleased);
  end if;
  if source.mode = 'pull' and cardinality(gone) > cardinality(unleased) then
    perform taskqueue._count_deleted(source.id, cardinality(gone) - cardinality(unleased));
  end if;
  return query
    select n.name, case
        when n.name = any (gone) then 'deleted'
        when (taskqueue._find_tombstone(source, n.name)).task_id is not null then 'tombstoned'
        else 'unknown'
      end
    from unnest(names) with ordinality as n(name, position) order by n.position;
end
$$;

comment on function taskqueue.finish_tasks is
$doc$For App Engine's SDKs, which have no lease tokens: deletes up to 1000 tasks of one queue by name.

Arguments:
- queue: name of the queue, push or pull.
- names: names of the tasks.

Returns one row per name, in the given order: name, result (deleted; tombstoned: the task had ended before; unknown).

Raises: TQ001 unknown queue; TQ016 a name twice; TQ018 more than 1000 names.

Example:
    select * from taskqueue.finish_tasks('pull', array['report-7', 'report-8']);$doc$;
