// Users' grants on functions and views survive a drop: in one transaction, they are saved before the files run, and
// granted again afterwards on objects of the same name. The rights of pgtaskqueue's own roles come from grants.sql.

/** Saves users' grants until the transaction ends. */
export const SAVE_GRANTS = `select pg_catalog.set_config('pgtaskqueue.grants',
  coalesce(pg_catalog.jsonb_agg(g), '[]')::text, true)
from (
  select o.oid::text, o.kind, o.name, r.rolname, a.privilege_type, a.is_grantable
  from (select p.oid, 'function' as kind, p.proname as name, p.proowner as owner, p.proacl as acl
        from pg_catalog.pg_proc as p where p.pronamespace = 'taskqueue'::regnamespace
        union all
        select c.oid, 'table', c.relname, c.relowner, c.relacl
        from pg_catalog.pg_class as c where c.relnamespace = 'taskqueue'::regnamespace and c.relkind = 'v') as o
  cross join lateral pg_catalog.aclexplode(o.acl) as a
  join pg_catalog.pg_roles as r on r.oid = a.grantee
  where a.grantee <> o.owner and not pg_catalog.starts_with(r.rolname, 'taskqueue_')
) as g`;

/** Restores the saved grants of objects that were dropped. */
export const GRANT_AGAIN = `do $grants$
declare
  noted record;
  made record;
begin
  for noted in select * from pg_catalog.jsonb_to_recordset(pg_catalog.current_setting('pgtaskqueue.grants')::jsonb)
                 as n (oid oid, kind text, name text, rolname text, privilege_type text, is_grantable boolean) loop
    for made in
      select p.oid::regprocedure::text as identity from pg_catalog.pg_proc as p
      where noted.kind = 'function' and p.pronamespace = 'taskqueue'::regnamespace and p.proname = noted.name
        and not exists (select from pg_catalog.pg_proc as o where o.oid = noted.oid)
      union all
      select c.oid::regclass::text from pg_catalog.pg_class as c
      where noted.kind = 'table' and c.relnamespace = 'taskqueue'::regnamespace and c.relname = noted.name
        and not exists (select from pg_catalog.pg_class as o where o.oid = noted.oid)
    loop
      execute format('grant %s on %s %s to %I%s', noted.privilege_type, noted.kind, made.identity, noted.rolname,
                     case when noted.is_grantable then ' with grant option' end);
    end loop;
  end loop;
end
$grants$`;
