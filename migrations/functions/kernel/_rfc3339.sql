-- _rfc3339: a moment in the form programs read: RFC 3339 in UTC, to the microsecond, whatever the session's date style
-- and time zone.
create or replace function taskqueue._rfc3339(moment timestamptz) returns text
language sql immutable as $$
  select case when isfinite(moment) then to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
              else moment::text end
$$;
