-- delete_tasks: remove up to 1000 tasks of one queue by their names; with lease tokens, those whose last lease they are.
--
-- Arguments  queue         name of a queue, push or pull
--            names         of the tasks
--            lease_tokens  in the same order; null, or null for one: whoever knows the name may delete
-- Returns    one row a name, in the order given: name, deleted (false: there was no such task, or the token is stale)
-- Raises     TQ001 unknown queue; TQ016 a name twice; TQ018 more than 1000 names
-- Example    select * from taskqueue.delete_tasks('mail', array['a', 'b']);
-- Locks      the tasks' rows.
create or replace function taskqueue.delete_tasks(queue text, names text[], lease_tokens uuid[] default null) returns table (name text, deleted boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp set enable_seqscan = off set enable_bitmapscan = off
set enable_sort = off set enable_indexscan = on set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  source taskqueue._queues;
  generated text[];
  twice text;
  gone text[];
  given text[];
  ids bigint[];
  known record;
begin
  if cardinality(names) > 1000 then
    perform taskqueue._refuse('TQ018', format('a call may delete 1000 tasks; this one names %s', cardinality(names)), 'Split it.',
      jsonb_build_object('limit', 1000, 'asked', cardinality(names)));
  end if;
  source := taskqueue._find_queue(delete_tasks.queue);
  if lease_tokens is not null then
    gone := taskqueue._delete_leased(source, names, lease_tokens);
    if cardinality(gone) = cardinality(names) then
      return query select n.name, true from unnest(names) as n(name);
      return;
    end if;
    return query select n.name, coalesce(n.name = any (gone), false) from unnest(names) with ordinality as n(name, position) order by n.position;
    return;
  end if;
  -- All at once, because a regular expression costs by the call: most often every name is a generated one.
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' then
    generated := names;
  else
    generated := array(select n.name from unnest(names) as n(name) where taskqueue._generated_id(n.name) is not null);
  end if;
  gone := taskqueue._delete_generated(source, generated);
  if cardinality(gone) = cardinality(names) then   -- then no name stood there twice either
    return query select n.name, true from unnest(names) as n(name);
    return;
  end if;
  select n.name into twice from unnest(names) as n(name) group by n.name having count(*) > 1 limit 1;
  if twice is not null then
    perform taskqueue._refuse('TQ016', format('the name %s stands twice in one call', quote_literal(left(twice, 120))), 'Name each task once.',
      jsonb_build_object('name', left(twice, 120)));
  end if;
  -- Name by name, by the primary keys: "offset 0" keeps the look-up from becoming a join, which would walk over all names of the queue.
  for known in
    select n.name, k.task_id
    from unnest(names) as n(name),
         lateral (select o.task_id from taskqueue._names as o
                  where o.queue_id = source.id and o.name_hash = taskqueue._name_hash(n.name) and o.expires is null offset 0) as k
    where n.name <> all (gone)
  loop
    delete from taskqueue._tasks as t where t.id = known.task_id and not taskqueue._is_purged(t.id, source.purged);
    if found then
      given := given || known.name;
      ids := ids || known.task_id;
    end if;
  end loop;
  if given is not null then
    perform taskqueue._let_go_of_names(source.id, given, ids);
    gone := gone || given;
  end if;
  return query select n.name, coalesce(n.name = any (gone), false) from unnest(names) with ordinality as n(name, position) order by n.position;
end
$$;

comment on function taskqueue.delete_tasks is 'Remove up to 1000 tasks of one queue by their names.';
