-- _check_eta: an ETA between 1970 and 30 days (2 592 000 s) from now, both included. Null: none asked for.
-- Raises TQ012.
create or replace function taskqueue._check_eta(eta timestamptz) returns timestamptz
language plpgsql volatile as $$
begin
  if eta is not null
      and (not isfinite(eta) or eta < timestamptz '1970-01-01 00:00:00+00'
      or eta > taskqueue._now() + interval '2592000 seconds') then
    perform taskqueue._raise('TQ012', format('the eta %s is out of range', taskqueue._show_time(eta)),
      'A task may wait 30 days (2592000 seconds) at most; an eta in the past means at once.',
      jsonb_build_object('eta', taskqueue._rfc3339(eta)));
  end if;
  return eta;
end
$$;
