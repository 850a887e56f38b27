-- owner: everything belongs to taskqueue_owner, where the database uses that role. Runs at every migration, after
-- roles.sql, as the migrating user: a database that was restored without owners belongs to the user who restored it,
-- and the functions would run with that user's rights.
--
-- A database that was migrated without the role, which schema_versions remembers, stays with its owner. The scheduler's
-- own schema follows only from the migrating user or a superuser: a server may have made it for itself.
do $$
declare
  statement text;
begin
  if not coalesce((select v.owner = 'taskqueue_owner' from taskqueue.schema_versions as v
                   order by v.version desc limit 1),
                  (select r.rolsuper or r.rolname = 'taskqueue_owner' from pg_catalog.pg_namespace as n
                   join pg_catalog.pg_roles as r on r.oid = n.nspowner where n.nspname = 'taskqueue'))
     or not exists (select from pg_catalog.pg_roles as r
                    where r.rolname = 'taskqueue_owner'
                      and pg_catalog.pg_has_role(current_user, r.oid,
                        case when pg_catalog.current_setting('server_version_num')::integer >= 160000 then 'set'
                             else 'member' end)) then
    return;
  end if;
  for statement in
    with ours as (
      select n.oid, n.nspname, n.nspowner, 'taskqueue_owner'::regrole::oid as owner
      from pg_catalog.pg_namespace as n
      join pg_catalog.pg_roles as r on r.oid = n.nspowner
      where n.nspname = 'taskqueue' or n.nspname = 'taskqueue_cron' and (r.rolsuper or r.rolname = current_user)
    )
    select s.statement
    from (
      select 1 as step, format('schema %I', n.nspname) as statement from ours as n where n.nspowner <> n.owner
      union all
      select 2, format('%s %s', case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                                               when 'S' then 'sequence' else 'table' end, c.oid::regclass)
      from ours as n
      join pg_catalog.pg_class as c on c.relnamespace = n.oid
      where c.relowner <> n.owner and c.relkind in ('r', 'p', 'v', 'm', 'S')
        and not exists (select from pg_catalog.pg_depend as d      -- a sequence of a column follows its table
                        where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and c.relkind = 'S'
                          and d.deptype in ('a', 'i'))
      union all
      select 3, format('routine %s', p.oid::regprocedure)
      from ours as n
      join pg_catalog.pg_proc as p on p.pronamespace = n.oid
      where p.proowner <> n.owner
      union all
      select 4, format('type %s', t.oid::regtype)
      from ours as n
      join pg_catalog.pg_type as t on t.typnamespace = n.oid
      left join pg_catalog.pg_class as c on c.oid = t.typrelid
      where t.typowner <> n.owner and (t.typtype in ('e', 'd') or c.relkind = 'c')
    ) as s
    order by s.step
  loop
    execute format('alter %s owner to taskqueue_owner', statement);
  end loop;
  -- Nobody may execute new functions until grants.sql says so; a copy without rights has lost this default.
  if not exists (select from pg_catalog.pg_default_acl as d
                 where d.defaclrole = 'taskqueue_owner'::regrole and d.defaclnamespace = 0
                   and d.defaclobjtype = 'f') then
    alter default privileges for role taskqueue_owner revoke execute on functions from public;
  end if;
exception
  when insufficient_privilege then
    raise warning 'could not change owners to taskqueue_owner: %', sqlerrm
      using hint = 'Run pgtaskqueue migrate once as a superuser.';
end
$$;
