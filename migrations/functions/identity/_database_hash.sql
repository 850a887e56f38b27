-- _database_hash: 50 bits that distinguish this database from any other, in the same cluster or a copy in another.
-- 0: the cluster doesn't reveal its identifier, because the right to ask was revoked or a hosting service hides it.
create or replace function taskqueue._database_hash() returns bigint
language plpgsql volatile as $$
begin
  return (select ('x'
    || encode(sha256(convert_to(c.system_identifier || ' ' || d.oid, 'UTF8')), 'hex'))::bit(50)::bigint
          from pg_control_system() as c, pg_database as d where d.datname = current_database());
exception when insufficient_privilege or undefined_function or undefined_file or feature_not_supported then
  return 0;
end
$$;
