-- _later: a moment and a span after it. In UTC: a day of an interval is as long as the session's time zone says, an hour more or
-- less where its clocks are put forward or back.
create or replace function taskqueue._later(moment timestamptz, span interval) returns timestamptz
language sql immutable
return (moment at time zone 'UTC' + span) at time zone 'UTC';
