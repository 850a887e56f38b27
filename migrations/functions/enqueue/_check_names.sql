-- _check_names: each name once in a call.
-- Raises TQ016.
create or replace function taskqueue._check_names(tasks taskqueue._new_task[]) returns void
language plpgsql immutable as $$
declare
  twice text;
begin
  select t.name into twice from unnest(tasks) as t where t.name <> '' group by t.name having count(*) > 1 limit 1;
  if twice is not null then
    perform taskqueue._raise('TQ016', format('the name %s stands twice in one call', quote_literal(left(twice, 120))),
      'Give each task a name of its own.',
      jsonb_build_object('name', left(twice, 120)));
  end if;
end
$$;
