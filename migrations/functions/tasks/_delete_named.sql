-- _delete_named: delete tasks of one queue by their names alone, whoever has leased them. Wants the plans of its
-- callers: no sequential scans, no bitmap scans, no joins but nested loops.
--
-- Returns  the names of those that are gone
-- Raises   TQ016 a name twice.
create or replace function taskqueue._delete_named(source taskqueue._queues, names text[]) returns text[]
language plpgsql volatile as $$
declare
  gone text[] := '{}';
  twice text;
begin
  -- All at once, because a regular expression costs by the call: most often every name is a generated one.
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' then
    gone := taskqueue._delete_generated(source, names);
    if cardinality(gone) = cardinality(names) then   -- then no name stood there twice either
      return gone;
    end if;
  end if;
  select n.name into twice from unnest(names) as n(name) group by n.name having count(*) > 1 limit 1;
  if twice is not null then
    perform taskqueue._raise('TQ016', format('the name %s stands twice in one call', quote_literal(left(twice, 120))),
      'Name each task once.',
      jsonb_build_object('name', left(twice, 120)));
  end if;
  return gone
    || taskqueue._delete_any(source, array(select n.name from unnest(names) as n(name) where n.name <> all (gone)));
end
$$;
