-- _longest_lease: eight days, longer than any lease (seven days) and any claim (a dispatch deadline of at most a day,
-- and 30 s). A lease that ends later than this from now was given before the clock was set back, and counts as expired.
--
-- Immutable and one expression, so that PostgreSQL replaces a call by its value when it plans the caller. In seconds,
-- because a day of an interval is an hour longer or shorter when the session's time zone changes its clocks.
create or replace function taskqueue._longest_lease() returns interval
language sql immutable
return interval '691200 seconds';
