-- _delete_named: delete tasks of one queue by their names alone, whoever has leased them. Wants the plans of its callers: no sequential scans, no bitmap
-- scans, no joins but nested loops.
--
-- Returns  the names of those that are gone
-- Raises   TQ016 a name twice.
create or replace function taskqueue._delete_named(source taskqueue._queues, names text[]) returns text[]
language plpgsql volatile as $$
declare
  generated text[];
  twice text;
  gone text[];
  given text[];
  ids bigint[];
  known record;
begin
  -- All at once, because a regular expression costs by the call: most often every name is a generated one.
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' then
    generated := names;
  else
    generated := array(select n.name from unnest(names) as n(name) where taskqueue._generated_id(n.name) is not null);
  end if;
  gone := taskqueue._delete_generated(source, generated);
  if cardinality(gone) = cardinality(names) then   -- then no name stood there twice either
    return gone;
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
  return gone;
end
$$;
