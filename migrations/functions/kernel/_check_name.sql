-- _check_name: a task's name has 1 to 500 letters, digits, underscores or hyphens. Null: no name, allowed.
-- Raises TQ005. (length() and not {1,500}: a repetition in a regular expression ends at 255.)
create or replace function taskqueue._check_name(name text) returns void
language plpgsql immutable as $$
begin
  if length(name) > 500 or name !~ '^[a-zA-Z0-9_-]+$' then
    perform taskqueue._raise('TQ005', format('not a task name: %s', quote_literal(left(name, 120))),
      'A task name has 1 to 500 letters, digits, underscores or hyphens; leave it out to have one made.',
      jsonb_build_object('name', left(name, 120), 'length', length(name)));
  end if;
end
$$;
