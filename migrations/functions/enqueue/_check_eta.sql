-- _check_eta: an ETA must be between 1970 and 30 days (2 592 000 s) from now, both included. Null: none was requested.
--
-- Raises TQ012.
create or replace function taskqueue._check_eta(eta timestamptz) returns timestamptz
language plpgsql volatile as $$
begin
  if eta is not null
      and (not isfinite(eta) or eta < timestamptz '1970-01-01 00:00:00+00'
      or eta > taskqueue._now() + interval '2592000 seconds') then
    perform taskqueue._raise('TQ012',
      format('eta must be between 1970 and 30 days from now, got %s', taskqueue._show_time(eta)),
      'A task can wait at most 30 days (2592000 seconds); an eta in the past means now.',
      jsonb_build_object('eta', taskqueue._rfc3339(eta)));
  end if;
  return eta;
end
$$;
