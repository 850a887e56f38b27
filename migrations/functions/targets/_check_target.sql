-- _check_target: the name of a target, or a host that names one: service, version.service, instance.version.service.
-- Null: the default.
-- Raises TQ111.
create or replace function taskqueue._check_target(target text) returns text
language plpgsql immutable as $$
begin
  if target is not null and (length(target) > 253 or target !~ '^[a-zA-Z0-9_][a-zA-Z0-9._-]*(:[0-9]{1,5})?$') then
    perform taskqueue._raise('TQ111', format('not a target: %s', quote_literal(left(target, 120))),
      'A target is a name such as worker or v2.worker: letters, digits, dots, hyphens and underscores, at most 253.',
      jsonb_build_object('target', left(target, 120)));
  end if;
  return target;
end
$$;
