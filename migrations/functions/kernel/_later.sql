-- _later: a moment plus a span, computed in UTC: in the session's time zone a day of an interval is an hour longer or
-- shorter where clocks are put back or forward.
create or replace function taskqueue._later(moment timestamptz, span interval) returns timestamptz
language sql immutable
return (moment at time zone 'UTC' + span) at time zone 'UTC';
