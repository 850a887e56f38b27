-- _later: a moment plus a span, computed in UTC. In the session's time zone a day of an interval is an hour longer or
-- shorter when clocks change.
create or replace function taskqueue._later(moment timestamptz, span interval) returns timestamptz
language sql immutable
return (moment at time zone 'UTC' + span) at time zone 'UTC';
