-- _check_names_count: a call must delete at most 1000 tasks.
--
-- Raises TQ018.
create or replace function taskqueue._check_names_count(names text[]) returns void
language plpgsql immutable as $$
begin
  if cardinality(names) > 1000 then
    perform taskqueue._raise('TQ018', format('a call must name at most 1000 tasks, got %s', cardinality(names)),
      'Split the names over several calls.',
      jsonb_build_object('limit', 1000, 'asked', cardinality(names)));
  end if;
end
$$;
