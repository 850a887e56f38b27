-- _old_partitions: the partitions of a table, without the default one, that end before a moment, the oldest first.
--
-- Arguments  parent, step  as for _add_partitions
create or replace function taskqueue._old_partitions(parent text, step text, before timestamptz)
returns setof regclass
language sql stable as $$
  select c.oid::regclass
  from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
  where i.inhparent = ('taskqueue.' || parent)::regclass and c.relname ~ '_[0-9]{8,10}$'
    and to_timestamp(rpad(substring(c.relname from '[0-9]+$'), 10, '0'), 'YYYYMMDDHH24') + ('1 ' || step)::interval
      <= before
  order by c.relname
$$;
