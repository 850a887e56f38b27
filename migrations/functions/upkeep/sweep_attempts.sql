-- Locks: for moments, the dropped partition and its parent, or the default partition. What can't be locked immediately
-- is left for the next call.
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
        execute format('alter table taskqueue._attempts attach partition taskqueue._attempts_%s '
                       'for values from (%L) to (%L)', to_char(day, 'YYYYMMDD'),
          day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
      exception when check_violation then
        null;  -- the default partition has rows of that day and keeps the rest of them, too
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
$doc$For dispatchers: creates the partitions of recorded attempts for today and the next two days, and drops those that
are too old. Called when a dispatcher starts and once an hour.

Arguments:
- keep: minimum age at which attempts are dropped, a whole day at a time.

Example:
    select taskqueue.sweep_attempts();$doc$;
