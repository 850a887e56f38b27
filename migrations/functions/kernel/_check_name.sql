-- _check_name: a task's name must be 1 to 500 letters, digits, underscores or hyphens. Null, no name, is allowed.
--
-- Raises TQ005. (It uses length() and not {1,500}, because a repetition in a regular expression ends at 255.)
create or replace function taskqueue._check_name(name text) returns void
language plpgsql immutable as $$
begin
  if length(name) > 500 or name !~ '^[a-zA-Z0-9_-]+$' then
    perform taskqueue._raise('TQ005',
      format('name must be 1 to 500 letters, digits, underscores or hyphens, got %s', quote_literal(left(name, 120))),
      'Leave it out to have a name generated.',
      jsonb_build_object('name', left(name, 120), 'length', length(name)));
  end if;
end
$$;
