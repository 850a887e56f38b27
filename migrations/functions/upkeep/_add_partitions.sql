-- _add_partitions: creates the partitions of a table for the current hour, day or week and for the next two. What the
-- default partition already has rows of stays there. The caller holds a lock against others that do the same.
--
-- Arguments  parent  name of the table
--            step    hour, day or week; in UTC
create or replace function taskqueue._add_partitions(parent text, step text) returns void
language plpgsql volatile as $$
declare
  now constant timestamptz := taskqueue._now();
  begins timestamptz;
  name text;
begin
  for ahead in 0 .. 2 loop
    begins := date_trunc(step, now, 'UTC') + ahead * ('1 ' || step)::interval;
    name := parent || '_' || to_char(begins at time zone 'UTC', case step when 'hour' then 'YYYYMMDDHH24'
      else 'YYYYMMDD' end);
    continue when to_regclass('taskqueue.' || name) is not null;
    begin
      execute format('create table taskqueue.%I (like taskqueue.%I including all)', name, parent);
      execute format('alter table taskqueue.%I replica identity full', name);                       -- as in 0022
      execute format('alter table taskqueue.%I attach partition taskqueue.%I for values from (%L) to (%L)', parent, name,
        begins, begins + ('1 ' || step)::interval);
    exception when check_violation then
      null;  -- the default partition has rows of that time and keeps the rest of them, too
    end;
  end loop;
end
$$;
