-- _requested_eta: when a task asks to run: its ETA, or now plus its countdown. Null: now. A countdown below 0 means
-- now, too.
--
-- Raises TQ108 for both or a countdown that is not a number; TQ012 for a countdown that is out of range.
create or replace function taskqueue._requested_eta(countdown double precision, eta timestamptz) returns timestamptz
language plpgsql volatile as $$
declare
  now timestamptz;
begin
  if countdown is null then
    return eta;
  end if;
  if eta is not null then
    perform taskqueue._raise('TQ108', 'a task must have a countdown or an eta, not both', 'Leave one of them out.');
  end if;
  if countdown = 'NaN' then
    perform taskqueue._raise('TQ108', 'countdown must be a number of seconds, got NaN', 'Pass the seconds from now.');
  end if;
  now := taskqueue._now();
  if countdown > 2592000 or extract(epoch from now)::double precision + countdown < 0 then
    perform taskqueue._raise('TQ012',
      format('countdown must end between 1970 and 30 days from now, got %s seconds', countdown::numeric),
      'A task can wait at most 30 days (2592000 seconds).', jsonb_build_object('countdown', countdown::numeric::text));
  end if;
  return now + make_interval(secs => greatest(countdown, 0));
end
$$;
