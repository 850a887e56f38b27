-- _check_names: names must be unique within a call.
--
-- Raises TQ016.
create or replace function taskqueue._check_names(tasks taskqueue._new_task[]) returns void
language plpgsql immutable as $$
declare
  twice text;
begin
  select t.name into twice from unnest(tasks) as t where t.name <> '' group by t.name having count(*) > 1 limit 1;
  if twice is not null then
    perform taskqueue._raise('TQ016',
      format('names must be unique within a call, got %s twice', quote_literal(left(twice, 120))),
      'Give each task a name of its own.',
      jsonb_build_object('name', left(twice, 120)));
  end if;
end
$$;
