-- _check_target_pattern: must be the name of a target, or a pattern with * for names.
--
-- Raises TQ111.
create or replace function taskqueue._check_target_pattern(name text) returns void
language plpgsql immutable as $$
begin
  if name is null or name !~ '^[a-zA-Z0-9_*][a-zA-Z0-9._*-]{0,200}$' then
    perform taskqueue._raise('TQ111',
      format('target must be a name or a pattern with *, got %s', coalesce(quote_literal(left(name, 120)), 'null')),
      'For example: worker, v2.worker or *.', jsonb_build_object('target', left(name, 120)));
  end if;
end
$$;
