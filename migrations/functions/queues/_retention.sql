-- _retention: reads how long something is kept: an interval, or the text of a queue file such as 7d. Null: it is not
-- from 0 to 365 days.
create or replace function taskqueue._retention(value text) returns interval
language plpgsql stable as $$
declare
  span interval;
begin
  span := justify_hours(coalesce(make_interval(secs => taskqueue._age_limit(value)), value::interval));
  return case when extract(epoch from span) between 0 and 31536000 then span end;
exception when data_exception then
  return null;
end
$$;
