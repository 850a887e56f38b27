-- 0041_replica_identity: tables without a key say what a deleted row is known by, so that a publication of all tables does not make sweeping and delete_queue
-- fail. It costs nothing where nothing is published. sweep_attempts sees to the partitions that are made later.
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
