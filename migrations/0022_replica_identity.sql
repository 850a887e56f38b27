-- 0022_replica_identity: tables without a key identify a deleted row by all its columns, so that a publication of all
-- tables doesn't make sweeping and delete_queue fail. It costs nothing if nothing is published. sweep_attempts does the
-- same for partitions that are created later.
alter table taskqueue._statistics replica identity full;
alter table taskqueue._hourly_statistics replica identity full;

do $$
declare
  part regclass;
begin
  for part in select p.relid from pg_catalog.pg_partition_tree('taskqueue._attempts') as p loop
    execute format('alter table %s replica identity full', part);
  end loop;
end
$$;
