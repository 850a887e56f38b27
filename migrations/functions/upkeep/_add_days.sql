-- _add_days: creates partitions of a table that is partitioned by the day of a moment, in UTC. A day of which the
-- default partition has rows stays there: found out first, because attaching would lock the table to find the same.
--
-- Arguments  name    of the table
--            moment  the column by which it is partitioned
-- Locks      the table, its default partition and the new ones, for moments
create or replace function taskqueue._add_days(name text, moment text, days date[]) returns void
language plpgsql volatile as $$
declare
  day date;
  part text;
  begins timestamptz;
  ends timestamptz;
  taken boolean;
begin
  foreach day in array days loop
    part := name || '_' || to_char(day, 'YYYYMMDD');
    continue when to_regclass('taskqueue.' || part) is not null;
    begins := day::timestamp at time zone 'UTC';
    ends := (day + 1)::timestamp at time zone 'UTC';
    execute format('select exists (select from taskqueue.%I where %I >= %L and %I < %L)', name || '_default', moment,
      begins, moment, ends) into taken;
    continue when taken;
    begin
      execute format('create table taskqueue.%I (like taskqueue.%I including all)', part, name);
      execute format('alter table taskqueue.%I replica identity full', part);
      execute format('alter table taskqueue.%I attach partition taskqueue.%I for values from (%L) to (%L)', name, part,
        begins, ends);
    exception when check_violation then
      null;   -- a row has come since
    end;
  end loop;
end
$$;
