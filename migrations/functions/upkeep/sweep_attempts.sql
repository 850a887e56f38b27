-- sweep_attempts: the dispatcher's: make the partitions of kept attempts for today and the next two days, and drop
-- those that are too old, whole. Once an hour and at the start; what can't be locked at once, or is another's at the
-- moment, is left to the next time.
--
-- Arguments  keep  how long attempts are kept at least: days, for a day is dropped whole
-- Locks      for moments: the partition dropped and its parent, or the default partition.
create or replace function taskqueue.sweep_attempts(keep interval default '7 days') returns void
language plpgsql volatile security definer
set search_path = pg_catalog, taskqueue, pg_temp
set lock_timeout = '200ms'
set datestyle = 'ISO' set intervalstyle = 'postgres' set timezone = 'UTC' as $$
declare
  now constant timestamptz := taskqueue._now();
  today constant date := (now at time zone 'UTC')::date;
  day date;
  old regclass;
begin
  lock table taskqueue._attempts in share update exclusive mode nowait;
  foreach day in array array[today, today + 1, today + 2] loop
    if to_regclass('taskqueue._attempts_' || to_char(day, 'YYYYMMDD')) is null then
      begin
        execute format('create table taskqueue._attempts_%s (like taskqueue._attempts including all)',
          to_char(day, 'YYYYMMDD'));
        execute format('alter table taskqueue._attempts_%s replica identity full', to_char(day, 'YYYYMMDD'));
        execute format('alter table taskqueue._attempts attach partition taskqueue._attempts_%s for values from (%L) to (%L)', to_char(day, 'YYYYMMDD'),
          day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
      exception when check_violation then
        null;  -- the default partition has rows of that day: it keeps the rest of them too
      end;
    end if;
  end loop;
  for old in
    select c.oid::regclass
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = 'taskqueue._attempts'::regclass and c.relname ~ '^_attempts_[0-9]{8}$'
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 < (now - keep) at time zone 'UTC'
  loop
    execute format('drop table %s', old);
  end loop;
  if (select max(ended) from taskqueue._attempts_default) < now - keep then
    truncate taskqueue._attempts_default;
  end if;
exception when lock_not_available then
  null;
end
$$;

comment on function taskqueue.sweep_attempts is
  'The dispatcher''s: make the partitions of kept attempts ahead, and drop those that are too old.';
