-- _check_target: a target must be a name, or a host that names one: service, version.service, instance.version.service.
-- Null: the default.
--
-- Raises TQ111.
create or replace function taskqueue._check_target(target text) returns text
language plpgsql immutable as $$
begin
  if target is not null and (length(target) > 253 or target !~ '^[a-zA-Z0-9_][a-zA-Z0-9._-]*(:[0-9]{1,5})?$') then
    perform taskqueue._raise('TQ111',
      format('target must be a name such as worker or v2.worker, got %s', quote_literal(left(target, 120))),
      'Use at most 253 letters, digits, dots, hyphens and underscores.',
      jsonb_build_object('target', left(target, 120)));
  end if;
  return target;
end
$$;
