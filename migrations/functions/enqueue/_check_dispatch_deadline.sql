-- _check_dispatch_deadline: 15 seconds to 24 hours, both included. Null: 10 minutes.
-- Raises TQ029.
create or replace function taskqueue._check_dispatch_deadline(seconds double precision) returns double precision
language plpgsql immutable as $$
begin
  if seconds not between 15 and 86400 then
    perform taskqueue._raise('TQ029', format('a dispatch deadline of %s seconds is out of range', seconds::numeric),
      'It may be 15 to 86400 seconds (24 hours).',
      jsonb_build_object('dispatch_deadline', seconds::numeric::text));
  end if;
  return seconds;
end
$$;
