-- _drop_days: drops the partitions of a table (_add_days) whose day ended before a moment.
--
-- Locks  the table and the dropped partitions, for moments
create or replace function taskqueue._drop_days(name text, before timestamptz) returns void
language plpgsql volatile as $$
declare
  old regclass;
begin
  for old in
    select c.oid::regclass
    from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = ('taskqueue.' || name)::regclass and c.relname ~ ('^' || name || '_[0-9]{8}$')
      and to_date(right(c.relname, 8), 'YYYYMMDD') + 1 < before at time zone 'UTC'
  loop
    execute format('drop table %s', old);
  end loop;
end
$$;
