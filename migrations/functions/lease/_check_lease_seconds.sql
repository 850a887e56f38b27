-- _check_lease_seconds: must be 0 to 604800 seconds; for a task that failed it may be infinite, too.
--
-- Raises TQ101.
create or replace function taskqueue._check_lease_seconds(lease_seconds double precision,
  failed boolean default false) returns void
language plpgsql immutable as $$
begin
  if failed and lease_seconds = 'infinity' then
    return;
  end if;
  if lease_seconds is null or lease_seconds not between 0 and 604800 then
    perform taskqueue._raise('TQ101',
      format('lease_seconds must be 0 to 604800 (seven days), got %s', coalesce(lease_seconds::numeric::text, 'null')),
      'With 0 the task is released at once.',
      jsonb_build_object('lease_seconds', lease_seconds::numeric::text));
  end if;
end
$$;
