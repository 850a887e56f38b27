-- _delete_named: deletes tasks of one queue by their names alone, leased or not. Needs the plans that its
-- callers pin: no sequential scans, no bitmap scans, no joins but nested loops.
--
-- Returns  the names of the deleted tasks
-- Raises   TQ016 a name twice
create or replace function taskqueue._delete_named(source taskqueue._queues, names text[]) returns text[]
language plpgsql volatile as $$
declare
  gone text[] := '{}';
  twice text;
begin
  -- All names in one match, because a regular expression costs by the call. Usually every name is a generated one.
  if array_to_string(names, ',') || ',' ~ '^(task-[0-9a-f]{32},)+$' then
    gone := taskqueue._delete_generated(source, names);
    if cardinality(gone) = cardinality(names) then   -- then no name was listed twice either
      return gone;
    end if;
  end if;
  select n.name into twice from unnest(names) as n(name) group by n.name having count(*) > 1 limit 1;
  if twice is not null then
    perform taskqueue._raise('TQ016',
      format('names must be unique within a call, got %s twice', quote_literal(left(twice, 120))),
      'Name each task once.',
      jsonb_build_object('name', left(twice, 120)));
  end if;
  return gone
    || taskqueue._delete_any(source, array(select n.name from unnest(names) as n(name) where n.name <> all (gone)));
end
$$;
