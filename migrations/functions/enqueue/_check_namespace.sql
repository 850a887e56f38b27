-- _check_namespace: a namespace must be up to 100 letters, digits, dots, underscores and hyphens. The empty namespace
-- is stored as null.
--
-- Raises TQ108.
create or replace function taskqueue._check_namespace(namespace text) returns text
language plpgsql immutable as $$
begin
  if namespace !~ '^[0-9A-Za-z._-]{0,100}$' then
    perform taskqueue._raise('TQ108',
      format('namespace must be up to 100 letters, digits, dots, underscores or hyphens, got %s',
      quote_literal(left(namespace, 120))),
      'Leave it out for none.',
        jsonb_build_object('namespace', left(namespace, 120)));
  end if;
  return nullif(namespace, '');
end
$$;
