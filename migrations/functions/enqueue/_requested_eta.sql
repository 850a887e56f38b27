-- _requested_eta: when a task asks to run: its ETA, or now plus its countdown. Null: at once. A countdown below 0 means
-- at once too.
-- Raises TQ108 for both at once or a countdown that is no number; TQ012 for one that leads out of all bounds.
create or replace function taskqueue._requested_eta(countdown double precision, eta timestamptz) returns timestamptz
language plpgsql volatile as $$
declare
  now timestamptz;
begin
  if countdown is null then
    return eta;
  end if;
  if eta is not null then
    perform taskqueue._raise('TQ108', 'a task has a countdown or an eta, not both', 'Leave one of them out.');
  end if;
  if countdown = 'NaN' then
    perform taskqueue._raise('TQ108', 'countdown must be a number of seconds, not NaN', 'Give seconds from now.');
  end if;
  now := taskqueue._now();
  if countdown > 2592000 or extract(epoch from now)::double precision + countdown < 0 then
    perform taskqueue._raise('TQ012', format('a countdown of %s seconds is out of range', countdown::numeric),
      'A task may wait 30 days (2592000 seconds) at most.', jsonb_build_object('countdown', countdown::numeric::text));
  end if;
  return now + make_interval(secs => greatest(countdown, 0));
end
$$;
