-- _check_dispatch_deadline: must be 15 seconds to 24 hours, both included. Null: 10 minutes.
--
-- Raises TQ029.
create or replace function taskqueue._check_dispatch_deadline(seconds double precision) returns double precision
language plpgsql immutable as $$
begin
  if seconds not between 15 and 86400 then
    perform taskqueue._raise('TQ029',
      format('dispatch_deadline must be 15 to 86400 seconds (24 hours), got %s', seconds::numeric),
      'Leave it out for 600 seconds (10 minutes).',
      jsonb_build_object('dispatch_deadline', seconds::numeric::text));
  end if;
  return seconds;
end
$$;
