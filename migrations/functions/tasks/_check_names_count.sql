-- _check_names_count: a call deletes up to 1000 tasks.
-- Raises TQ018.
create or replace function taskqueue._check_names_count(names text[]) returns void
language plpgsql immutable as $$
begin
  if cardinality(names) > 1000 then
    perform taskqueue._raise('TQ018', format('a call may delete 1000 tasks; this one names %s', cardinality(names)),
      'Split it.',
      jsonb_build_object('limit', 1000, 'asked', cardinality(names)));
  end if;
end
$$;
