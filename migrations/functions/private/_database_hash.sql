-- _database_hash: 50 bits that tell this database from any other, one of the same cluster or a copy in another.
create or replace function taskqueue._database_hash() returns bigint
language sql volatile as $$
  select ('x' || encode(sha256(convert_to(c.system_identifier || ' ' || d.oid, 'UTF8')), 'hex'))::bit(50)::bigint
  from pg_control_system() as c, pg_database as d where d.datname = current_database()
$$;
