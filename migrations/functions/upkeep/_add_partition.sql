-- _add_partition: creates a partition of a table that is partitioned by time, unless it exists. Of a time of which the
-- default partition has rows, that keeps all: found out first, because attaching would lock the table to find the same.
-- The caller holds a lock against others that do the same, and has UTC as its time zone.
--
-- Arguments  parent   name of the table
--            step     hour, day or week
--            begins   of the partition
-- Locks      the table and its default partition, for moments
create or replace function taskqueue._add_partition(parent text, step text, begins timestamptz) returns void
language plpgsql volatile as $$
declare
  ends constant timestamptz := begins + ('1 ' || step)::interval;
  name constant text := parent || '_' || to_char(begins, case step when 'hour' then 'YYYYMMDDHH24' else 'YYYYMMDD' end);
  moment constant text := (select a.attname from pg_partitioned_table as p, pg_attribute as a
    where p.partrelid = ('taskqueue.' || parent)::regclass and a.attrelid = p.partrelid and a.attnum = p.partattrs[0]);
  taken boolean;
begin
  if to_regclass('taskqueue.' || name) is not null then
    return;
  end if;
  execute format('select exists (select from taskqueue.%I where %I >= %L and %I < %L)', parent || '_default', moment,
    begins, moment, ends) into taken;
  if taken then
    return;
  end if;
  execute format('create table taskqueue.%I (like taskqueue.%I including all)', name, parent);
  execute format('alter table taskqueue.%I replica identity full', name);                           -- as in 0022
  execute format('alter table taskqueue.%I attach partition taskqueue.%I for values from (%L) to (%L)', parent, name,
    begins, ends);
exception when check_violation then
  null;   -- a row has come since
end
$$;
