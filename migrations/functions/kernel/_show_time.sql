-- _show_time: a moment for sentences: in UTC, to the second.
create or replace function taskqueue._show_time(moment timestamptz) returns text
language sql stable as $$
  select case when isfinite(moment) then to_char(moment at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') || ' UTC'
              else moment::text end
$$;
