-- _sweep_statistics: creates partitions of statistics, adds up the seconds of old ones by the minute and by the hour,
-- and drops what is old. Needs UTC as the time zone and a lock_timeout, which its caller has.
--
-- Each table is a step of its own: what can't be locked soon is left for the next call.
--
-- Locks  for moments, the dropped partition and its parent
create or replace function taskqueue._sweep_statistics() returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  kept record;
  old regclass;
begin
  for kept in
    select * from (values ('_hourly_statistics', 'week', interval '3024000 seconds'),
      ('_minute_statistics', 'day', interval '604800 seconds'),
      ('_statistics', 'hour', interval '3600 seconds')) as k(parent, step, age)
  loop
    begin
      execute format('lock table taskqueue.%I in share update exclusive mode nowait', kept.parent);
      perform taskqueue._add_partitions(kept.parent, kept.step);
      for old in select o.partition from taskqueue._old_partitions(kept.parent, kept.step, now - kept.age)
          as o(partition) loop
        if kept.parent = '_statistics' then
          execute format('lock table %s in share mode nowait', old);   -- the sums are of all rows
          perform taskqueue._add_up_statistics(old::text);
        end if;
        perform taskqueue._drop_partition(old);
      end loop;
    exception when lock_not_available then
      null;
    end;
  end loop;
  -- of the default partitions, row by row: as a rule they are empty
  perform taskqueue._add_up_statistics('gone', now - interval '3600 seconds');
  delete from taskqueue._minute_statistics_default as m where m.minute < now - interval '604800 seconds';
  delete from taskqueue._hourly_statistics_default as h where h.hour < now - interval '3024000 seconds';
end
$$;
